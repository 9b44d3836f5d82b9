using System.CommandLine;
using EfficientTraining;
using Hone;
using Hone.Torch.Distributed;
using static TorchSharp.torch;

Option<string> precision = new("--precision") { Description = "fp32, bf16 or fp16.", DefaultValueFactory = _ => "bf16" };
precision.AcceptOnlyFromAmong("fp32", "bf16", "fp16");
Option<bool> channelsLast = new("--channels-last") { Description = "Keeps images and weights channels-last.", DefaultValueFactory = _ => true };
Option<int> epochs = new("--epochs") { Description = "Passes over the images.", DefaultValueFactory = _ => 1 };
Option<int> limit = new("--limit") { Description = "Images to train on at most.", DefaultValueFactory = _ => 60_000 };
Option<int> testLimit = new("--test-limit") { Description = "Images to test on at most.", DefaultValueFactory = _ => 10_000 };
Option<int> batch = new("--batch") { Description = "Images in a step, over all processes.", DefaultValueFactory = _ => 64 };
Option<int> size = new("--size") { Description = "Height and width of the images.", DefaultValueFactory = _ => 64 };
Option<int> threads = new("--threads") { Description = "Threads in each process; 0 leaves it to libtorch.", DefaultValueFactory = _ => 0 };
Option<int> seed = new("--seed") { Description = "Same seed, same result.", DefaultValueFactory = _ => 1 };
Option<string?> checkpoint = new("--checkpoint") { Description = "A file to save to after each epoch, and to resume from." };
Option<string?> data = new("--data") { Description = "A folder with the four files of Fashion-MNIST." };
Option<bool> mpi = new("--mpi") { Description = "Started by mpirun: every process trains on its part of each batch." };
Option<double> seconds = new("--seconds") { Description = "Time for each network.", DefaultValueFactory = _ => 3 };
Option<int> inferenceSize = new("--size") { Description = "Height and width of the images.", DefaultValueFactory = _ => 224 };
Option<int> inferenceThreads = new("--threads") { Description = "Threads.", DefaultValueFactory = _ => 1 };

Option<string[]> networks = new("--network")
{
    Description = "Names of networks, such as ResNet-18; all by default.",
    DefaultValueFactory = _ => [],
    AllowMultipleArgumentsPerToken = true,
};

Command train = new("train", "Trains ResNet-18 on enlarged Fashion-MNIST images.")
{
    precision, channelsLast, epochs, limit, testLimit, batch, size, threads, seed, checkpoint, data, mpi,
};
train.SetAction(async (result, cancellationToken) =>
{
    ScalarType type = result.GetValue(precision) switch { "bf16" => ScalarType.BFloat16, "fp16" => ScalarType.Float16, _ => ScalarType.Float32 };
    TrainingOptions options = new(
        type, result.GetValue(channelsLast), result.GetValue(epochs), result.GetValue(limit), result.GetValue(testLimit), result.GetValue(batch), result.GetValue(size),
        result.GetValue(threads), result.GetValue(seed), result.GetValue(checkpoint), result.GetValue(data));
    try
    {
        using MpiProcessGroup? group = result.GetValue(mpi) ? new MpiProcessGroup() : null;
        await new ResNetTraining(options, group).RunAsync(cancellationToken).ConfigureAwait(false);
        return 0;
    }
    catch (HoneException e)
    {
        await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
        return 1;
    }
});

Command inference = new("inference", "Times the zoo's convolutional networks as they are, frozen and compiled.") { networks, inferenceThreads, inferenceSize, seconds };
inference.SetAction((result, cancellationToken) =>
{
    InferenceComparison.Run(result.GetValue(networks)!, result.GetValue(inferenceThreads), result.GetValue(inferenceSize), result.GetValue(seconds), cancellationToken);
    return Task.FromResult(0);
});

Option<string> captured = new("--output", "-o") { Description = "The ONNX file to write.", DefaultValueFactory = _ => "resnet50.onnx" };
Command capture = new("capture", "Times the capture and export of ResNet-50.") { captured };
capture.SetAction(result => CaptureTiming.Run(result.GetValue(captured)!));

return await new RootCommand("Efficient training and inference with TorchSharp and Hone.") { train, inference, capture }.Parse(args).InvokeAsync();
