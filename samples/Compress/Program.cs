using System.CommandLine;
using Compress;
using Hone;
using Hone.Datasets;
using Hone.Report.Export;
using static TorchSharp.torch;

Option<string?> data = new("--data")
{
    Description = "A folder with the four files of Fashion-MNIST; else Debian's, a download, or a small subset is taken.",
};
Option<string> output = new("--output", "-o")
{
    Description = "Where models and the table are written; stages whose models are there are not run again.",
    DefaultValueFactory = _ => "compress-report",
};
Option<string?> teacher = new("--teacher") { Description = "An ONNX file of the trained network; else one is trained." };
Option<int> epochs = new("--epochs") { Description = "Passes of the first training.", DefaultValueFactory = _ => 6 };
Option<int> fineTuningEpochs = new("--fine-tuning-epochs")
{
    Description = "Passes of the pruned network beside its teacher.",
    DefaultValueFactory = _ => 16,
};
Option<int> qatEpochs = new("--qat-epochs") { Description = "Passes of the training for quantization.", DefaultValueFactory = _ => 2 };
Option<int> width = new("--width") { Description = "Channels of the network's first stage.", DefaultValueFactory = _ => 32 };
Option<double> ratio = new("--ratio") { Description = "Fraction of the channels to remove.", DefaultValueFactory = _ => 0.5 };
Option<int> seed = new("--seed") { Description = "Same seed, same result.", DefaultValueFactory = _ => 1 };
Option<int> threads = new("--threads") { Description = "Threads to work with; 0 takes all cores.", DefaultValueFactory = _ => 0 };
Option<bool> quick = new("--quick") { Description = "A short run to see that everything works: few images, one epoch of each kind." };

RootCommand command = new("Trains a small network on Fashion-MNIST, prunes, distils and quantizes it, and shows what each step brought.")
{
    data, output, teacher, epochs, fineTuningEpochs, qatEpochs, width, ratio, seed, threads, quick,
};
command.SetAction(async (result, cancellationToken) =>
{
    bool isQuick = result.GetValue(quick);
    PipelineOptions options = new(
        result.GetValue(data), result.GetValue(output)!, result.GetValue(teacher),
        isQuick ? 1 : result.GetValue(epochs), isQuick ? 1 : result.GetValue(fineTuningEpochs), isQuick ? 2 : result.GetValue(qatEpochs),
        result.GetValue(width), result.GetValue(ratio), result.GetValue(seed), result.GetValue(threads), isQuick ? 4_000 : 60_000);
    try
    {
        await RunAsync(options, cancellationToken).ConfigureAwait(false);
        return 0;
    }
    catch (HoneException e)
    {
        await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
        return 1;
    }
});
return await command.Parse(args).InvokeAsync();

static async Task RunAsync(PipelineOptions options, CancellationToken cancellationToken)
{
    if (options.Threads > 0)
        set_num_threads(options.Threads);
    random.manual_seed(options.Seed);
    Directory.CreateDirectory(options.Output);
    RunFiles files = new(options.Output);
    string? folder = await FashionMnistSource.FindFolderAsync(options.Data, cancellationToken: cancellationToken).ConfigureAwait(false);
    Console.WriteLine($"data: {folder ?? "the subset that comes along (no folder with the data set was found)"}");
    Hone.Datasets.FashionMnist test = folder is null ? FashionMnistSource.Embedded(FashionMnistPart.Test)
        : FashionMnistSource.Load(folder, FashionMnistPart.Test);
    Hone.Datasets.FashionMnist train = folder is null ? FashionMnistSource.Embedded(FashionMnistPart.Train)
        : FashionMnistSource.Load(folder, FashionMnistPart.Train).Take(options.Limit);
    using Tensor images = global::FashionMnist.TorchData.Images(train);
    using Tensor labels = global::FashionMnist.TorchData.Labels(train);
    using Tensor testImages = global::FashionMnist.TorchData.Images(test);
    using Tensor testLabels = global::FashionMnist.TorchData.Labels(test);
    new Compression(options, files, images, labels, testImages, testLabels).Run(cancellationToken);

    ReportTable table = new Measurement(options, files, test).Run(cancellationToken);
    await File.WriteAllTextAsync(files.Table, table.ToMarkdown(), cancellationToken).ConfigureAwait(false);
    Console.WriteLine(table.ToText());
}
