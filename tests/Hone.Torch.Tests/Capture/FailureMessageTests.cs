using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Capture;

/// <summary>Each kind of failure says where it is and what to do. The line is that of this file, from its portable PDB.</summary>
public sealed class FailureMessageTests
{
    public static TheoryData<string, Func<Tensor, Tensor>, string> Reads => new()
    {
        { "item in a condition", x => x.sum().item<float>() > 0 ? x : -x, "Tensor.item" },
        { "ToSingle", x => x * x.max().ToSingle(), "Tensor.ToSingle" },
        { "ToInt64", x => x * x.argmax().ToInt64(), "Tensor.ToInt64" },
        { "ToBoolean", x => x.any().ToBoolean() ? x : -x, "Tensor.ToBoolean" },
        { "explicit conversion", x => x * (float)x.mean(), "The conversion of a tensor to Single" },
        { "data", x => x * x.data<float>()[0], "Tensor.data" },
        { "bytes", x => x * x.bytes[0], "Tensor.get_bytes" },
        { "ToScalar", x => x.add(x.sum().ToScalar()), "Tensor.ToScalar" },
        { "loop until a tensor says stop", x => Halve(x), "Tensor.item" },
        { "allclose", x => x.allclose(x * 2) ? x : -x, "Tensor.allclose" },
    };

    [Theory]
    [MemberData(nameof(Reads), DisableDiscoveryEnumeration = true)]
    public void ReadingElements_NamesFileLineAndWaysOut(string name, Func<Tensor, Tensor> forward, string read)
    {
        CaptureException error = Assert.Throws<CaptureException>(() => new FunctionModule(forward).Capture(randn(2, 8)));
        Assert.StartsWith(read, error.Message, StringComparison.Ordinal);
        Assert.Matches(@"\(FailureMessageTests\.cs:\d+\)", error.Location!);
        Assert.True(error.Message.Contains("torch.where", StringComparison.Ordinal) && error.Message.Contains(error.Location!, StringComparison.Ordinal), name);
    }

    [Fact]
    public void ReadingAParameter_IsNoFailure()
    {
        using ScaledModule module = new();
        CaptureAssert.Matches(module, randn(2, 8));
    }

    [Fact]
    public void TensorOfUnknownOrigin_NamesItsFieldAndTheLine()
    {
        using UnregisteredModule module = new();
        CaptureException error = Assert.Throws<CaptureException>(() => module.Capture(randn(2, 8)));
        Assert.Contains("of unknown origin: float32 [8]", error.Message, StringComparison.Ordinal);
        Assert.Contains("It is kept in '_offset' of UnregisteredModule. Register constants as buffers (register_buffer)", error.Message, StringComparison.Ordinal);
        Assert.Contains("UnregisteredModule.forward (FailureMessageTests.cs:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TensorFromAClosure_IsOfUnknownOrigin()
    {
        Tensor outside = ones(8);
        CaptureException error = Assert.Throws<CaptureException>(() => new FunctionModule(x => x + outside).Capture(randn(2, 8)));
        Assert.Contains("of unknown origin", error.Message, StringComparison.Ordinal);
        Assert.Matches(@"\(FailureMessageTests\.cs:\d+\)", error.Location!);
    }

    [Fact]
    public void UnsupportedOperations_AreListedTogether_WithWhatToDo()
    {
        using FunctionModule module = new(x => linalg.eigvalsh(x.matmul(x.transpose(0, 1))).sum() + linalg.svdvals(x).sum() + x);
        UnsupportedOperatorException error = Assert.Throws<UnsupportedOperatorException>(() => module.Capture(randn(2, 8)));
        Assert.Contains("linalg.eigvalsh", error.Message, StringComparison.Ordinal);
        Assert.Contains("linalg.svdvals", error.Message, StringComparison.Ordinal);
        Assert.Contains("LoweringTable.WithFunction", error.Message, StringComparison.Ordinal);
        Assert.Contains("FailureMessageTests.cs:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AsynchronousCode_IsRefused()
    {
        using FunctionModule module = new(x => Later(x).Result);
        CaptureException error = Assert.Throws<CaptureException>(() => module.Capture(randn(2, 8)));
        Assert.Contains("Later is asynchronous", error.Message, StringComparison.Ordinal);
        Assert.Contains("FailureMessageTests.cs:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CodeOnOtherThreads_IsRefused()
    {
        // A short task could be run by the thread that waits for it.
        using FunctionModule module = new(x => Task.Factory.StartNew(() => x.relu(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Result);
        CaptureException error = Assert.Throws<CaptureException>(() => module.Capture(randn(2, 8)));
        Assert.StartsWith("The module runs code on another thread", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void VirtualMethodOfRefStructs_IsRefused()
    {
        using FunctionModule module = new(x => ((Reader)new DoublingReader()).Read(new TensorView(x)));
        CaptureException error = Assert.Throws<CaptureException>(() => module.Capture(randn(2, 8)));
        Assert.Contains("Read is virtual or abstract and takes or returns a ref struct", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FailureOfTheModuleItself_IsNamedAsSuch()
    {
        using FunctionModule module = new(x => x.matmul(ones(5, 5)));
        CaptureException error = Assert.Throws<CaptureException>(() => module.Capture(randn(2, 8)));
        Assert.StartsWith("The module itself fails on the example inputs.", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.InnerException);
    }

    [Fact]
    public void InputThatForwardDoesNotTake_ListsWhatItTakes()
    {
        using FunctionModule module = new(x => x);
        Assert.Contains("forward(Tensor)", Assert.Throws<CaptureException>(() => ((nn.Module)module).Capture([1, "text"])).Message, StringComparison.Ordinal);
    }

    private static Tensor Halve(Tensor x)
    {
        while (x.max().item<float>() > 0.01f)
            x = x / 2;
        return x;
    }

    private static async Task<Tensor> Later(Tensor x)
    {
        await Task.CompletedTask;
        return x.relu();
    }

    private readonly ref struct TensorView(Tensor tensor)
    {
        public Tensor Tensor { get; } = tensor;
    }

    private abstract class Reader
    {
        public abstract Tensor Read(TensorView view);
    }

    private sealed class DoublingReader : Reader
    {
        public override Tensor Read(TensorView view) => view.Tensor * 2;
    }

    private sealed class ScaledModule : Module<Tensor, Tensor>
    {
        private readonly Parameter scale = Parameter(tensor(3f));

        public ScaledModule()
            : base("scaled") => RegisterComponents();

        public override Tensor forward(Tensor input) => scale.item<float>() > 2 ? input * scale.item<float>() : -input;
    }

    private sealed class UnregisteredModule : Module<Tensor, Tensor>
    {
        private readonly Tensor _offset;

        public UnregisteredModule()
            : base("unregistered")
        {
            RegisterComponents();
            _offset = ones(8);
        }

        public override Tensor forward(Tensor input) => input + _offset;
    }
}
