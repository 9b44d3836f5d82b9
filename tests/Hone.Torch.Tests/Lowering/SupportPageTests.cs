using Hone.TestKit;
using Hone.Torch.Lowering;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

/// <summary>The page of supported operations says what the table says.</summary>
public sealed class SupportPageTests
{
    private const string UpdateVariable = "HONE_UPDATE_DOCS";

    [Fact]
    public void SupportPage_IsWhatTheTableGenerates()
    {
        Assert.SkipWhen(RepositoryFiles.Root is null, "the tests do not run inside the repository");
        string path = Path.Combine(RepositoryFiles.Root!, "docs", "torch-support.md"); // checked above
        using IDisposable _ = no_grad();
        random.manual_seed(7);
        string page = SupportPage.Write();
        if (Environment.GetEnvironmentVariable(UpdateVariable) is "1")
            File.WriteAllText(path, page);
        string file = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        string[] missing = [.. page.Split('\n').Except(file.Split('\n')).Take(5)];
        Assert.True(page == file, $"docs/torch-support.md is not what the table generates; run this test with {UpdateVariable}=1. New lines: {string.Join("; ", missing)}");
    }

    [Fact]
    public void Notes_AreAboutOperationsInTheTable()
    {
        Assert.Empty(SupportNotes.Functions.Keys.Except(LoweringTable.Standard.Functions));
        Assert.Empty(SupportNotes.Modules.Keys.Except(ModuleTests.Cases.Select(c => c.ClassName)).Except(LoweringTable.Standard.Modules.Select(m => m.Name)));
    }
}
