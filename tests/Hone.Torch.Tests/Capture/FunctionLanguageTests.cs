using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Capture;

/// <summary>Methods, delegates, generics and inheritance in and behind <c>forward</c>.</summary>
public sealed class FunctionLanguageTests
{
    [Fact]
    public void LocalFunctionsAndRecursion() => CaptureAssert.Matches(new LocalFunctionModule(), randn(3, 8));

    [Fact]
    public void DelegatesMadeBeforeCapture()
    {
        DelegatesModule module = new();
        // Static lambdas and method groups are cached by the compiler: run once so that they exist.
        module.call(randn(3, 8));
        CaptureAssert.Matches(module, randn(3, 8));
    }

    [Fact]
    public void GenericMethodsAndTypes() => CaptureAssert.Matches(new GenericModule<Linear>(() => Linear(8, 8)), randn(3, 8));

    [Fact]
    public void InheritanceAndVirtualCalls() => CaptureAssert.Matches(new DerivedModule(), randn(3, 8));

    [Fact]
    public void ParamsOutRefAndIn() => CaptureAssert.Matches(new ParametersModule(), randn(3, 8));

    [Fact]
    public void StaticFieldsPropertiesAndInterpolatedStrings() => CaptureAssert.Matches(new MembersModule(), randn(3, 8));

    [Fact]
    public void OperatorsExtensionsAndInterfaces() => CaptureAssert.Matches(new OperatorsModule(), randn(3, 8));

    private sealed class LocalFunctionModule : Module<Tensor, Tensor>
    {
        public LocalFunctionModule()
            : base("local")
        {
        }

        public override Tensor forward(Tensor input)
        {
            int count = 0;
            Tensor x = Repeat(input, 3);
            return x * count + Power(x, 3) + Static(x);

            Tensor Repeat(Tensor value, int times)
            {
                count++;
                return times == 0 ? value : Repeat((value * 0.5).tanh(), times - 1);
            }

            static Tensor Static(Tensor value) => value.exp();
        }

        private static Tensor Power(Tensor x, int n) => n <= 1 ? x : x * Power(x, n - 1);
    }

    private sealed class DelegatesModule : Module<Tensor, Tensor>
    {
        private static readonly Func<Tensor, Tensor> s_static = x => x.sigmoid();
        private readonly Func<Tensor, Tensor> _activation;
        private readonly Dictionary<string, Func<Tensor, Tensor>> _named;
        private readonly Linear layer = Linear(8, 8);
        private Action<Tensor>? _observers;

        public DelegatesModule()
            : base("delegates")
        {
            double slope = 0.3;
            _activation = x => where(x > 0, x, x * slope);
            _named = new() { ["relu"] = x => functional.relu(x), ["tanh"] = tanh, ["own"] = Own, ["layer"] = x => layer.call(x) };
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            List<Tensor> seen = [];
            _observers = null;
            _observers += x => seen.Add(x * 2);
            _observers += x => seen.Add(x * 3);
            Func<Tensor, Tensor> composed = Compose(_activation, Own);
            Tensor x = s_static(composed(input));
            foreach ((string _, Func<Tensor, Tensor> function) in _named)
                x = function(x);
            _observers(x);
            Func<Tensor, Tensor, Tensor> add = static (a, b) => a + b;
            return seen.Aggregate(x, add);
        }

        private static Func<Tensor, Tensor> Compose(Func<Tensor, Tensor> first, Func<Tensor, Tensor> second) => x => second(first(x));

        private Tensor Own(Tensor x) => layer.call(x).relu();
    }

    private sealed class GenericModule<TLayer> : Module<Tensor, Tensor>
        where TLayer : Module<Tensor, Tensor>
    {
        private readonly TLayer layer;

        public GenericModule(Func<TLayer> create)
            : base("generic")
        {
            layer = create();
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Pair<Tensor> pair = new(layer.call(input), input.relu());
            Pair<int> numbers = new(2, 3);
            return Apply(pair, (a, b) => a + b) * Apply(numbers, (a, b) => a * b) + Choose<Tensor>(true, pair.First, pair.Second) + pair.Swap().First;
        }

        private static TValue Apply<TValue>(Pair<TValue> pair, Func<TValue, TValue, TValue> combine) => combine(pair.First, pair.Second);

        private static TValue Choose<TValue>(bool first, TValue a, TValue b)
            where TValue : class => first ? a : b;
    }

    private sealed record Pair<T>(T First, T Second)
    {
        public Pair<T> Swap() => new(Second, First);
    }

    private abstract class BaseModule : Module<Tensor, Tensor>
    {
        protected readonly Linear layer = Linear(8, 8);

        protected BaseModule()
            : base("base") => RegisterComponents();

        protected virtual double Scale => 2;

        public override Tensor forward(Tensor input) => Activate(layer.call(input)) * Scale;

        protected virtual Tensor Activate(Tensor x) => x.relu();

        protected abstract Tensor Finish(Tensor x);
    }

    private class MiddleModule : BaseModule
    {
        protected override Tensor Activate(Tensor x) => base.Activate(x) + x.tanh();

        protected override Tensor Finish(Tensor x) => x.exp();
    }

    private sealed class DerivedModule : MiddleModule
    {
        protected override double Scale => 0.5;

        public override Tensor forward(Tensor input) => Finish(base.forward(input));

        protected override Tensor Activate(Tensor x) => base.Activate(x).sigmoid();

        protected sealed override Tensor Finish(Tensor x) => base.Finish(x) - 1;
    }

    private sealed class ParametersModule : Module<Tensor, Tensor>
    {
        public ParametersModule()
            : base("parameters")
        {
        }

        public override Tensor forward(Tensor input)
        {
            Split(input, out Tensor left, out Tensor right);
            Scale(ref left, 3);
            Tensor[] parts = [left];
            Scale(ref parts[0], 2);
            Tensor sum = Sum(left, right, parts[0]) + Sum() + SumSpan(left, right);
            return TryHalf(sum, out Tensor? half) ? half! + Named(offset: 2, x: sum) : sum;
        }

        private static void Split(Tensor x, out Tensor left, out Tensor right)
        {
            Tensor[] halves = x.chunk(2, 1);
            left = halves[0];
            right = halves[1].relu();
        }

        private static void Scale(ref Tensor x, double factor) => x = x * factor;

        private static Tensor Sum(params Tensor[] items) => items.Length == 0 ? ones(1) : items.Aggregate((a, b) => a + b);

        private static Tensor SumSpan(params ReadOnlySpan<Tensor> items)
        {
            Tensor sum = items[0];
            foreach (Tensor item in items[1..])
                sum = sum + item;
            return sum;
        }

        private static bool TryHalf(in Tensor x, out Tensor? half)
        {
            half = x / 2;
            return true;
        }

        private static Tensor Named(Tensor x, double scale = 0.25, int offset = 0) => x * scale + offset;
    }

    private sealed class MembersModule : Module<Tensor, Tensor>
    {
        private static readonly double[] s_factors = [0.5, 2];
        private static readonly Dictionary<string, int> s_table = new() { ["k3"] = 3 };
        private readonly Linear layer = Linear(8, 8);

        public MembersModule()
            : base("members") => RegisterComponents();

        private static double Factor => s_factors[1];

        private Tensor Weight => layer.weight!;

        private int Order { get; set; } = 3;

        private Tensor this[int column] => Weight[.., column];

        public override Tensor forward(Tensor input)
        {
            Order = 3;
            string key = $"k{Order}";
            Tensor x = layer.call(input) * s_table[key] * Factor;
            string shape = $"{input.dim()}:{x.dtype}:{GetName()}";
            Order += shape.Length > 0 ? 1 : 0;
            Tensor y = x * Order + this[2];
            Order = 3;
            return y;
        }
    }

    private readonly record struct Dual(Tensor Value, Tensor Slope)
    {
        public static Dual operator *(Dual a, Dual b) => new(a.Value * b.Value, a.Value * b.Slope + a.Slope * b.Value);

        public static implicit operator Dual(Tensor x) => new(x, ones_like(x));
    }

    private interface IActivation
    {
        Tensor Apply(Tensor x);

        Tensor Twice(Tensor x) => Apply(Apply(x));
    }

    private sealed class Leaky(double slope) : IActivation
    {
        public Tensor Apply(Tensor x) => maximum(x, x * slope);
    }

    private struct Soft : IActivation
    {
        private int _calls;

        public Tensor Apply(Tensor x)
        {
            _calls++;
            return x * _calls;
        }
    }

    private sealed class OperatorsModule : Module<Tensor, Tensor>
    {
        private readonly IActivation _activation = new Leaky(0.1);

        public OperatorsModule()
            : base("operators")
        {
        }

        public override Tensor forward(Tensor input)
        {
            Dual dual = input;
            Dual product = dual * dual * input.tanh();
            Soft soft = default;
            Tensor y = soft.Apply(soft.Apply(product.Value));
            return _activation.Twice(y).Doubled() + product.Slope + ApplyTo(soft, input);
        }

        private static Tensor ApplyTo<TActivation>(TActivation activation, Tensor x)
            where TActivation : IActivation => activation.Apply(x);
    }
}

internal static class TensorExtensions
{
    public static Tensor Doubled(this Tensor x) => x + x;
}
