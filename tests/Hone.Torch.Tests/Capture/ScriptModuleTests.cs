using Hone.TestKit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Capture;

/// <summary>Modules that <c>torch.jit.load</c> gives: programs of another language.</summary>
public sealed class ScriptModuleTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hone-script-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void ScriptModule_IsRefusedWithAHint()
    {
        using jit.ScriptModule<Tensor, Tensor> script = Load();
        CaptureException error = Assert.Throws<CaptureException>(() => script.Capture(randn(2, 3)));
        Assert.StartsWith("The module is a ScriptModule", error.Message, StringComparison.Ordinal);
        Assert.Contains("torch.onnx.export", error.Message, StringComparison.Ordinal);
        Assert.Contains("LoadWeights", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ScriptModuleWithinAModule_IsRefusedByName()
    {
        // TorchSharp cannot dispose a module that holds a ScriptModule.
        Wrapper wrapper = new(Load());
        Assert.StartsWith("The submodule 'inner' is a ScriptModule", Assert.Throws<CaptureException>(() => wrapper.Capture(randn(2, 3))).Message, StringComparison.Ordinal);
    }

    private jit.ScriptModule<Tensor, Tensor> Load()
    {
        Assert.SkipUnless(Python.HasTorch, "python3-torch is not installed.");
        string path = Path.Combine(_folder.FullName, "script.pt");
        Python.Run("import sys, torch; torch.jit.script(torch.nn.Linear(3, 2)).save(sys.argv[1])", path);
        return jit.load<Tensor, Tensor>(path);
    }

    private sealed class Wrapper : Module<Tensor, Tensor>
    {
        private readonly jit.ScriptModule<Tensor, Tensor> inner;

        public Wrapper(jit.ScriptModule<Tensor, Tensor> inner)
            : base("wrapper")
        {
            this.inner = inner;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => inner.call(input).relu();
    }
}
