using Hone.Evaluation;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using HoneTensor = Hone.Tensors.Tensor;

namespace Hone.Torch.Tests.Capture;

/// <summary>Ordinary C# in <c>forward</c>: each module is captured, and its graph gives what the module gives at another batch size.</summary>
public class LanguageTests
{
    [Fact]
    public void LoopsConditionsAndHelpers() => AssertCaptured(new LoopsModule());

    [Fact]
    public void LambdasAndClosures() => AssertCaptured(new LambdasModule());

    [Fact]
    public void TuplesAndCollectionExpressions() => AssertCaptured(new TuplesModule());

    [Fact]
    public void DataDependentCondition_IsRefused() => Assert.Throws<CaptureException>(() => new DependentModule().Capture(randn(2, 8)));

    private static void AssertCaptured(Module<Tensor, Tensor> module)
    {
        module.eval();
        using IDisposable noGradients = no_grad();
        Model model = module.Capture(randn(2, 8));
        using Tensor x = randn(5, 8);
        float[] expected = module.call(x).contiguous().data<float>().ToArray();
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(model.Graph, model.Graph.Outputs);
        using HoneTensor y = runner.Run(new Dictionary<string, HoneTensor> { [model.Graph.Inputs[0].Name] = x.ToHone() })[0];
        float[] actual = y.ToSingleArray();
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-5f));
    }

    private sealed class LoopsModule : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Linear> layers;
        private readonly bool _activates = true;

        public LoopsModule()
            : base("loops")
        {
            layers = new ModuleList<Linear>(Linear(8, 8), Linear(8, 8), Linear(8, 4));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor x = input;
            foreach (Linear layer in layers)
                x = Activate(layer.call(x));
            for (int i = 0; i < 3; i++)
                x = (x * 0.5f) + i;
            return x.MoveToOuterDisposeScope();
        }

        private Tensor Activate(Tensor x)
        {
            if (!_activates)
                return x;
            return x.relu();
        }
    }

    private sealed class LambdasModule : Module<Tensor, Tensor>
    {
        private readonly Linear layer = Linear(8, 4);

        public LambdasModule()
            : base("lambdas") => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            float scale = 0.25f;
            Func<Tensor, Tensor> scaled = t => t * scale;
            Func<Tensor, Tensor> fixedFunction = static t => t.sigmoid();
            return Local(fixedFunction(scaled(layer.call(input))));

            Tensor Local(Tensor t) => t - scale;
        }
    }

    private sealed class TuplesModule : Module<Tensor, Tensor>
    {
        private readonly Linear layer = Linear(8, 4);

        public TuplesModule()
            : base("tuples") => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            (Tensor left, Tensor right) = Split(layer.call(input));
            Tensor joined = cat([right, left], 1);
            return joined.view([input.shape[0], 4]).unsqueeze(1).mean([1]);
        }

        private static (Tensor Left, Tensor Right) Split(Tensor x)
        {
            Tensor[] parts = x.chunk(2, 1);
            return (parts[0], parts[1]);
        }
    }

    private sealed class DependentModule : Module<Tensor, Tensor>
    {
        public DependentModule()
            : base("dependent") => RegisterComponents();

        public override Tensor forward(Tensor input) => input.sum().item<float>() > 0 ? input : -input;
    }
}
