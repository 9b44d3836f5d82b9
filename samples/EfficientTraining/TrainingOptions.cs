using static TorchSharp.torch;

namespace EfficientTraining;

/// <summary>How to train.</summary>
/// <param name="DataType">The type under autocast; Float32 trains without it.</param>
/// <param name="ChannelsLast">Whether images and weights are channels-last.</param>
/// <param name="Epochs">Passes over the images.</param>
/// <param name="Limit">Images to train on at most.</param>
/// <param name="TestLimit">Images to test on at most.</param>
/// <param name="BatchSize">Images in a step, over all processes.</param>
/// <param name="ImageSize">Height and width that the images are enlarged to.</param>
/// <param name="Threads">Threads of libtorch in each process; 0 leaves it to libtorch.</param>
/// <param name="Seed">Same seed, same result.</param>
/// <param name="Checkpoint">File to save to after each epoch and to resume from, or null.</param>
/// <param name="Data">A folder with Fashion-MNIST, or null to look for it.</param>
internal sealed record TrainingOptions(
    ScalarType DataType, bool ChannelsLast, int Epochs, int Limit, int TestLimit, int BatchSize, int ImageSize, int Threads, int Seed, string? Checkpoint, string? Data);
