using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Capture;

/// <summary>Values that hold tensors, indices, and operations in place.</summary>
public sealed class DataLanguageTests
{
    [Fact]
    public void TuplesRecordsAndStructs() => CaptureAssert.Matches(new RecordsModule(), randn(3, 8));

    [Fact]
    public void SpansAndArrays() => CaptureAssert.Matches(new SpansModule(), randn(3, 8));

    [Fact]
    public void IndicesAndRanges() => CaptureAssert.Matches(new RangesModule(), randn(3, 8, 6));

    [Fact]
    public void OperationsInPlace() => CaptureAssert.Matches(new InPlaceModule(), randn(3, 8));

    [Fact]
    public void ScopesAndDisposal() => CaptureAssert.Matches(new ScopesModule(), randn(3, 8));

    private sealed record Features(Tensor Main, Tensor? Extra = null)
    {
        public Tensor Sum => Extra is null ? Main : Main + Extra;
    }

    private record struct Box(Tensor Value, int Count);

    private struct Accumulator
    {
        public Tensor? Total;

        public void Add(Tensor x) => Total = Total is null ? x : Total + x;
    }

    private sealed class RecordsModule : Module<Tensor, Tensor>
    {
        public RecordsModule()
            : base("records")
        {
        }

        public override Tensor forward(Tensor input)
        {
            Features features = new(input.relu());
            Features more = features with { Extra = input.tanh() };
            (Tensor main, Tensor? extra) = more;
            Box box = new(main, 2);
            box.Count++;
            box = box with { Value = box.Value * box.Count };
            Accumulator accumulator = default;
            accumulator.Add(box.Value);
            accumulator.Add(more.Sum);
            (Tensor X, (Tensor Y, int Z) Inner) nested = (input, (input.exp(), 4));
            (Tensor, Tensor)? present = Maybe(input, true);
            (Tensor, Tensor)? absent = Maybe(input, false);
            var anonymous = new { Value = nested.Inner.Y, Scale = nested.Inner.Z };
            Tensor result = accumulator.Total! + anonymous.Value * anonymous.Scale + (extra ?? main);
            if (present is (Tensor a, Tensor b))
                result = result + a * b;
            return absent.HasValue ? result * 0 : result + present!.Value.Item1 + (absent?.Item1 ?? nested.X);
        }

        private static (Tensor, Tensor)? Maybe(Tensor x, bool isPresent) => isPresent ? (x.sin(), x.cos()) : null;
    }

    private sealed class SpansModule : Module<Tensor, Tensor>
    {
        public SpansModule()
            : base("spans")
        {
        }

        public override Tensor forward(Tensor input)
        {
            ReadOnlySpan<long> shape = input.shape;
            Span<long> target = stackalloc long[3];
            target[0] = shape[0];
            target[1] = 2;
            target[^1] = -1;
            Tensor x = input.reshape(target.ToArray());
            Tensor y = input.view([input.shape[0], .. new long[] { 4, 2 }]);
            Tensor[] parts = input.split([2, 2, 4], 1);
            Tensor tail = cat(parts[1..], 1);
            Span<Tensor> all = parts;
            all.Reverse();
            long size = Length(input.shape);
            return cat([x.flatten(1), y.mean([2]), tail, .. parts[..2], all[0]], -1) / size;
        }

        private static long Length(ReadOnlySpan<long> shape) => shape[^1] + shape.Length;
    }

    private sealed class RangesModule : Module<Tensor, Tensor>
    {
        public RangesModule()
            : base("ranges")
        {
        }

        public override Tensor forward(Tensor input)
        {
            Tensor a = input[.., 1..3, ^1];
            Tensor b = input[.., ^2.., 2];
            Tensor c = input[TensorIndex.Ellipsis, 0][.., ..2];
            Tensor d = input[TensorIndex.Colon, TensorIndex.Slice(0, 8, 4), 1];
            Tensor e = input[TensorIndex.Colon, 3, TensorIndex.None][.., 0, 4..];
            Tensor f = input[.., 3][.., ..^4];
            return cat([a, b, c, d, e, f], 1);
        }
    }

    private sealed class InPlaceModule : Module<Tensor, Tensor>
    {
        private readonly Linear layer = Linear(8, 8);

        public InPlaceModule()
            : base("in place") => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            Tensor x = layer.call(input);
            x.add_(1).mul_(0.5);
            x.relu_();
            x += input;
            x -= 0.25;
            Tensor y = x.clone();
            y[.., 2] = x[.., 0] * 3;
            y[TensorIndex.Colon, TensorIndex.Slice(4, 6)] = zeros(1);
            y.clamp_(-2, 2);
            Tensor z = functional.relu(y + 0.1, inplace: true);
            return z + y.neg_();
        }
    }

    private sealed class ScopesModule : Module<Tensor, Tensor>
    {
        public ScopesModule()
            : base("scopes")
        {
        }

        public override Tensor forward(Tensor input)
        {
            Tensor kept;
            using (DisposeScope scope = NewDisposeScope())
            {
                Tensor x = input.relu();
                using Tensor y = x.exp();
                kept = (x + y).MoveToOuterDisposeScope();
            }

            using (no_grad())
                return kept.detach() * 2 + kept.alias();
        }
    }
}
