using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Capture;

/// <summary>State that a module changes is refused with a reason, and everything is afterwards as it was.</summary>
public sealed class StateTests
{
    [Fact]
    public void TensorKeptInAField_IsExplained()
    {
        using RecurrentModule module = new();
        CaptureException error = Refused(module);
        Assert.Contains("RecurrentModule keeps a tensor of the run in '_hidden': a captured graph has no state.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Take the old value as an input", error.Message, StringComparison.Ordinal);
        Assert.Matches(@"RecurrentModule\.forward \(StateTests\.cs:\d+\)", error.Location!);
        Assert.Null(module.Hidden);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("array")]
    [InlineData("dictionary")]
    [InlineData("tuple")]
    [InlineData("record")]
    [InlineData("struct")]
    [InlineData("property")]
    public void TensorKeptInACollection_IsExplainedAndRemoved(string place)
    {
        using CollectionsModule module = new(place);
        CaptureException error = Refused(module);
        Assert.Contains("keeps a tensor of the run in", error.Message, StringComparison.Ordinal);
        Assert.Equal((0, null, 0, null, null, null, null), module.State);
    }

    [Fact]
    public void TensorKeptInAStaticField_IsExplainedAndRemoved()
    {
        CaptureException error = Refused(new StaticModule());
        Assert.Contains("The static field 's_mask' of StaticModule is given a tensor of the run", error.Message, StringComparison.Ordinal);
        Assert.Matches(@"\(StateTests\.cs:\d+\)", error.Location!);
        Assert.Null(StaticModule.Mask);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ChangeOfABufferOrParameter_IsRefusedBeforeItIsMade(bool isBuffer)
    {
        using ChangingModule module = new(isBuffer, view: false);
        CaptureException error = Refused(module);
        Assert.Contains($"add_ changes the {(isBuffer ? "buffer 'count'" : "parameter 'weight'")} while the model runs", error.Message, StringComparison.Ordinal);
        Assert.Matches(@"\(StateTests\.cs:\d+\)", error.Location!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ChangeOfAViewOfIt_IsRefusedToo(bool isBuffer) => Assert.Contains("An assignment to an index changes the", Refused(new ChangingModule(isBuffer, view: true)).Message, StringComparison.Ordinal);

    [Fact]
    public void BufferUpdatedInsideLibtorch_IsExplainedAndRestored()
    {
        using BatchStatisticsModule module = new();
        Assert.Contains("updates its buffer 'mean' while it runs", Refused(module).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Counter_IsRestored_AndNamedWhereItMatters()
    {
        using CounterModule harmless = new(isUsed: false);
        CaptureAssert.Matches(harmless, randn(2, 8));
        using CounterModule used = new(isUsed: true);
        Assert.Contains("CounterModule also changes '_calls' while it runs", Refused(used).Message, StringComparison.Ordinal);
        Assert.Equal(0, used.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Capture_LeavesEverythingAsItWas_AlsoWhenItFails(bool fails)
    {
        using TrainingModule module = new(fails);
        module.train();
        module.Frozen.eval();
        bool[] flags = [.. module.modules().Select(m => m.training)];
        bool[] gradients = [.. module.parameters().Select(p => p.requires_grad)];
        Dictionary<string, Tensor> before = module.state_dict().ToDictionary(s => s.Key, s => s.Value.clone());
        using Tensor input = randn(4, 8);
        using Tensor copy = input.clone();
        using Tensor random = get_rng_state();
        if (fails)
            Assert.Throws<CaptureException>(() => module.Capture(input));
        else
            module.Capture(input);
        Assert.Equal(flags, module.modules().Select(m => m.training));
        Assert.Equal(gradients, module.parameters().Select(p => p.requires_grad));
        Assert.True(is_grad_enabled());
        Assert.All(module.state_dict(), s => Assert.True(s.Value.ToHone().BitwiseEquals(before[s.Key].ToHone()), s.Key));
        Assert.True(get_rng_state().ToHone().BitwiseEquals(random.ToHone()));
        Assert.True(input.ToHone().BitwiseEquals(copy.ToHone()));
        Assert.All(module.parameters(), p => Assert.Null(p.grad));
        // It still trains.
        module.Fails = false;
        module.call(input).sum().backward();
        Assert.NotNull(module.parameters().First().grad);
    }

    /// <summary>The capture fails, and neither state dictionary, training flags nor random state have moved.</summary>
    private static CaptureException Refused(Module<Tensor, Tensor> module)
    {
        Dictionary<string, Tensor> before = module.state_dict().ToDictionary(s => s.Key, s => s.Value.clone());
        using Tensor random = get_rng_state();
        CaptureException error = Assert.Throws<CaptureException>(() => module.Capture(randn(2, 8)));
        Assert.All(module.state_dict(), s => Assert.True(s.Value.ToHone().BitwiseEquals(before[s.Key].ToHone()), s.Key));
        Assert.True(module.training);
        return error;
    }

    private sealed class RecurrentModule : Module<Tensor, Tensor>
    {
        private readonly Linear layer = Linear(8, 8);
        private Tensor? _hidden;

        public RecurrentModule()
            : base("recurrent") => RegisterComponents();

        public Tensor? Hidden => _hidden;

        public override Tensor forward(Tensor input)
        {
            Tensor x = layer.call(input);
            _hidden = _hidden is null ? x : _hidden + x;
            return _hidden;
        }
    }

    private sealed class Holder
    {
        public Tensor? Kept { get; set; }
    }

    private record struct Pair(Tensor? First, int Count);

    private sealed class CollectionsModule(string place) : Module<Tensor, Tensor>("collections")
    {
        private readonly List<Tensor> _list = [];
        private readonly Tensor?[] _array = new Tensor?[1];
        private readonly Dictionary<string, Tensor> _dictionary = [];
        private readonly Holder _holder = new();
        private (Tensor, int)? _tuple;
        private Pair _struct;

        public (int, Tensor?, int, (Tensor, int)?, Tensor?, Tensor?, Tensor?) State => (_list.Count, _array[0], _dictionary.Count, _tuple, _holder.Kept, _struct.First, Last);

        private Tensor? Last { get; set; }

        public override Tensor forward(Tensor input)
        {
            Tensor x = input.relu();
            switch (place)
            {
                case "list": _list.Add(x); break;
                case "array": _array[0] = x; break;
                case "dictionary": _dictionary["x"] = x; break;
                case "tuple": _tuple = (x, 1); break;
                case "record": _holder.Kept = x; break;
                case "struct": _struct = new Pair(x, 1); break;
                default: Last = x; break;
            }

            return x;
        }
    }

    private sealed class StaticModule : Module<Tensor, Tensor>
    {
        private static Tensor? s_mask;

        public StaticModule()
            : base("static")
        {
        }

        public static Tensor? Mask => s_mask;

        public override Tensor forward(Tensor input)
        {
            s_mask = ones(8);
            return input * s_mask;
        }
    }

    private sealed class ChangingModule : Module<Tensor, Tensor>
    {
        private readonly bool _isBuffer;
        private readonly bool _view;
        private readonly Parameter weight = Parameter(ones(8));

        public ChangingModule(bool isBuffer, bool view)
            : base("changing")
        {
            _isBuffer = isBuffer;
            _view = view;
            register_buffer("count", zeros(8));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor state = _isBuffer ? get_buffer("count")! : weight;
            if (_view)
                state[..4][0] = input.sum();
            else
                state.add_(1);
            return input * 2;
        }
    }

    private sealed class BatchStatisticsModule : Module<Tensor, Tensor>
    {
        public BatchStatisticsModule()
            : base("statistics")
        {
            register_buffer("mean", zeros(8));
            register_buffer("variance", ones(8));
        }

        public override Tensor forward(Tensor input) => functional.batch_norm(input, get_buffer("mean")!, get_buffer("variance")!, training: true);
    }

    private sealed class CounterModule(bool isUsed) : Module<Tensor, Tensor>("counter")
    {
        private int _calls;

        public int Calls => _calls;

        public override Tensor forward(Tensor input)
        {
            _calls++;
            return isUsed ? input + (_calls * 0.5) : input.relu();
        }
    }

    private sealed class TrainingModule : Module<Tensor, Tensor>
    {
        private readonly Linear first = Linear(8, 8);
        private readonly BatchNorm1d norm = BatchNorm1d(8);
        private readonly Dropout dropout = Dropout(0.5);

        public TrainingModule(bool fails)
            : base("training")
        {
            Fails = fails;
            RegisterComponents();
            norm.weight!.requires_grad = false;
        }

        public BatchNorm1d Frozen => norm;

        public bool Fails { get; set; }

        public override Tensor forward(Tensor input)
        {
            // Moves the random state, and is not part of the result.
            rand(8);
            Tensor x = dropout.call(norm.call(first.call(input)));
            return Fails ? throw new InvalidOperationException("on purpose") : x;
        }
    }
}
