using System.CommandLine;
using FashionMnist;
using Hone;
using Hone.Report.Export;
using Hone.Torch.Distributed;

Option<string?> data = new("--data") { Description = "A folder with the four files of Fashion-MNIST; else Debian's, a download, or a small subset is taken." };
Option<string> output = new("--output", "-o") { Description = "Where models and the report are written.", DefaultValueFactory = _ => "fashion-mnist-report" };
Option<int> epochs = new("--epochs") { Description = "Passes of the first training.", DefaultValueFactory = _ => 6 };
Option<int> qatEpochs = new("--qat-epochs") { Description = "Passes of the training for quantization.", DefaultValueFactory = _ => 2 };
Option<int> batch = new("--batch") { Description = "Images in a training step, over all processes.", DefaultValueFactory = _ => 128 };
Option<int> width = new("--width") { Description = "Channels of the network's first stage.", DefaultValueFactory = _ => 32 };
Option<int> seed = new("--seed") { Description = "Same seed, same result.", DefaultValueFactory = _ => 1 };
Option<int> threads = new("--threads") { Description = "Threads to work with; 0 takes all cores.", DefaultValueFactory = _ => 0 };
Option<int> limit = new("--limit") { Description = "Images to train on at most.", DefaultValueFactory = _ => 60_000 };
Option<string?> checkpoints = new("--checkpoints") { Description = "A folder to save to after each epoch, and to resume from." };
Option<bool> mpi = new("--mpi") { Description = "Started by mpirun: every process trains on its part of each batch." };

RootCommand command = new("Trains a small network on Fashion-MNIST with TorchSharp, then makes it smaller and faster, and proves it.")
{
    data, output, epochs, qatEpochs, batch, width, seed, threads, limit, checkpoints, mpi,
};
command.SetAction(async (result, cancellationToken) =>
{
    WorkflowOptions options = new(
        result.GetValue(data), result.GetValue(output)!, result.GetValue(epochs), result.GetValue(qatEpochs), result.GetValue(batch), result.GetValue(width),
        result.GetValue(seed), result.GetValue(threads), result.GetValue(limit), result.GetValue(checkpoints));
    try
    {
        using MpiProcessGroup? group = result.GetValue(mpi) ? new MpiProcessGroup() : null;
        if (await new Workflow(options, group).RunAsync(cancellationToken).ConfigureAwait(false) is not { } report)
            return 0;
        foreach (ReportTable table in ReportTable.All(report))
            Console.WriteLine(table.ToText());
        Console.WriteLine($"The report is in {Path.Combine(options.Output, "report.html")}, the models are beside it.");
        return 0;
    }
    catch (HoneException e)
    {
        await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
        return 1;
    }
});
return await command.Parse(args).InvokeAsync();
