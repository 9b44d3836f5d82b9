namespace Compress;

/// <summary>What the command line asks for.</summary>
/// <param name="Data">A folder with the data set, or null to look for it.</param>
/// <param name="Output">Where models and the table are written.</param>
/// <param name="Teacher">An ONNX file of the trained network, or null to train one.</param>
/// <param name="Epochs">Passes of the first training.</param>
/// <param name="FineTuningEpochs">Passes of the small network beside its teacher.</param>
/// <param name="QatEpochs">Passes of the training for quantization.</param>
/// <param name="Width">Channels of the network's first stage.</param>
/// <param name="Ratio">Fraction of the channels to remove.</param>
/// <param name="Seed">Same seed, same result.</param>
/// <param name="Threads">Threads of TorchSharp and of Hone; 0 takes all cores.</param>
/// <param name="Limit">Images to train on at most.</param>
public sealed record PipelineOptions(
    string? Data, string Output, string? Teacher, int Epochs, int FineTuningEpochs, int QatEpochs, int Width, double Ratio, int Seed, int Threads,
        int Limit);
