using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Capture;

/// <summary>Loops, queries and conditions in <c>forward</c>.</summary>
public sealed class LoopLanguageTests
{
    [Fact]
    public void ForeachOverContainers() => CaptureAssert.Matches(new ContainersModule(), randn(3, 8));

    [Fact]
    public void QueriesOverModules() => CaptureAssert.Matches(new QueriesModule(), randn(3, 8));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void SwitchesAndPatterns(int mode) => CaptureAssert.Matches(new SwitchModule(mode), randn(3, 8));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EarlyReturnsAndNestedLoops(bool isShort) => CaptureAssert.Matches(new EarlyReturnModule(isShort), randn(3, 8));

    [Fact]
    public void Iterators() => CaptureAssert.Matches(new IteratorModule(), randn(3, 8));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Exceptions(bool throws) => CaptureAssert.Matches(new ExceptionModule(throws), randn(3, 8));

    private sealed class ContainersModule : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Module<Tensor, Tensor>> list = ModuleList<Module<Tensor, Tensor>>(Linear(8, 8), ReLU(), Linear(8, 8));
        private readonly ModuleDict<Linear> dict = ModuleDict(("a", Linear(8, 8)), ("b", Linear(8, 8)));
        private readonly Linear[] _array;
        private readonly Dictionary<string, Linear> _dictionary;

        public ContainersModule()
            : base("containers")
        {
            _array = [Linear(8, 8), Linear(8, 8)];
            _dictionary = new() { ["x"] = Linear(8, 4), ["y"] = Linear(8, 4) };
            for (int i = 0; i < _array.Length; i++)
                register_module($"array{i}", _array[i]);
            foreach ((string name, Linear module) in _dictionary)
                register_module(name, module);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = input;
            foreach (Module<Tensor, Tensor> layer in list)
                x = layer.call(x);
            foreach ((string name, Linear layer) in dict)
                x = name == "a" ? layer.call(x).tanh() : layer.call(x);
            foreach (Linear layer in _array)
                x = layer.call(x) + x;
            Tensor sum = zeros(4);
            foreach (KeyValuePair<string, Linear> entry in _dictionary)
                sum = sum + entry.Value.call(x);
            return sum + dict["b"].call(x).sum(1, keepdim: true) + list[0].call(x).mean();
        }
    }

    private sealed class QueriesModule : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Linear> layers = ModuleList<Linear>(Linear(8, 8), Linear(8, 8), Linear(8, 8));

        public QueriesModule()
            : base("queries") => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            Tensor x = layers.Skip(1).Aggregate(input, (value, layer) => layer.call(value).relu());
            Tensor[] branches = layers.Where(layer => layer.bias is not null).Select((layer, i) => layer.call(x) * (i + 1)).ToArray();
            List<Tensor> sums = [.. from branch in branches let doubled = branch * 2 select doubled.sum(1, keepdim: true)];
            Dictionary<string, Tensor> named = branches.Zip(["p", "q", "r"]).ToDictionary(pair => pair.Second, pair => pair.First.sigmoid());
            return cat([.. branches, .. sums], 1) + named.OrderByDescending(pair => pair.Key).First().Value.sum() + layers.Select(l => l.weight!.sum()).Aggregate((a, b) => a + b);
        }
    }

    private sealed class SwitchModule(int mode) : Module<Tensor, Tensor>("switch")
    {
        public override Tensor forward(Tensor input)
        {
            Tensor x = mode switch
            {
                0 => input.relu(),
                1 or 2 => input.tanh(),
                > 5 when input.dim() == 2 => input.sigmoid(),
                _ => throw new InvalidOperationException(),
            };
            switch (input.shape)
            {
                case [_, 8]:
                    x = x * 2;
                    break;
                case [_]:
                    x = x * 3;
                    break;
            }

            object boxed = mode == 2 ? x : (x, x + 1);
            string text = mode == 1 ? "first" : "second";
            Tensor y = boxed switch
            {
                Tensor single => single,
                (Tensor a, Tensor b) => a - b,
                _ => throw new InvalidOperationException(),
            };
            return text switch { "first" => y + 1, "second" => y - 1, _ => y };
        }
    }

    private sealed class EarlyReturnModule(bool isShort) : Module<Tensor, Tensor>("early")
    {
        public override Tensor forward(Tensor input)
        {
            if (isShort)
                return input.relu();
            Tensor x = input;
            for (int i = 0; ; i++)
            {
                if (i == 3)
                    break;
                if (i == 1)
                    continue;
                int j = 0;
                while (j++ < 2)
                    x = x + i;
                do
                    x = x * 0.5;
                while (j-- > 2);
            }

            return x;
        }
    }

    private sealed class IteratorModule : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Linear> layers = ModuleList<Linear>(Linear(8, 8), Linear(8, 8));

        public IteratorModule()
            : base("iterator") => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            Tensor sum = zeros_like(input);
            foreach (Tensor feature in Features(input))
                sum = sum + feature;
            return sum + stack([.. Features(input)], 0).mean([0]) + Features(input).Last();
        }

        private IEnumerable<Tensor> Features(Tensor x)
        {
            foreach (Linear layer in layers)
            {
                x = layer.call(x);
                yield return x.relu();
            }

            if (layers.Count > 5)
                yield break;
            yield return x;
        }
    }

    private sealed class ExceptionModule(bool throws) : Module<Tensor, Tensor>("exceptions")
    {
        public override Tensor forward(Tensor input)
        {
            Tensor x = input;
            try
            {
                x = x.relu();
                Check(x);
                x = x + 1;
            }
            catch (ArgumentException error) when (error.Message.Length > 1000)
            {
                x = x * 10;
            }
            catch (ArgumentException error)
            {
                x = x * error.Message.Length;
            }
            finally
            {
                x = x.tanh();
            }

            try
            {
                return x - 1;
            }
            finally
            {
                x.sum();
            }
        }

        private void Check(Tensor x)
        {
            if (throws)
                throw new ArgumentException("ten");
            x.mean();
        }
    }
}
