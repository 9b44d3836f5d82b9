namespace FashionMnist;

/// <summary>What the command line asks for.</summary>
/// <param name="Data">A folder with the data set, or null to look for it.</param>
/// <param name="Output">Where models and the report are written.</param>
/// <param name="Epochs">Passes of the first training.</param>
/// <param name="QatEpochs">Passes of the training for quantization.</param>
/// <param name="BatchSize">Images in a training step, over all processes.</param>
/// <param name="Width">Channels of the network's first stage.</param>
/// <param name="Seed">Same seed, same result.</param>
/// <param name="Threads">Threads of TorchSharp and of Hone in each process; 0 takes all cores.</param>
/// <param name="Limit">Images to train on at most, for a quick try.</param>
/// <param name="Checkpoints">A folder to save to after each epoch and to resume from, or null.</param>
public sealed record WorkflowOptions(string? Data, string Output, int Epochs, int QatEpochs, int BatchSize, int Width, int Seed, int Threads, int Limit, string? Checkpoints);
