using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Capture;

/// <summary>A small convolutional network as users write them: nested modules, residual additions, in-place activations.</summary>
internal sealed class ResidualNetwork : Module<Tensor, Tensor>
{
    private readonly Sequential _stem = Sequential(Conv2d(3, 8, 3, padding: 1, bias: false), BatchNorm2d(8), ReLU(inplace: true), MaxPool2d(2));
    private readonly ModuleList<Block> _blocks = new(new Block(8, 8, 1), new Block(8, 16, 2));
    private readonly AdaptiveAvgPool2d _pool = AdaptiveAvgPool2d(1);
    private readonly Linear _head = Linear(16, 10);

    public ResidualNetwork()
        : base(nameof(ResidualNetwork))
    {
        RegisterComponents();
        foreach (BatchNorm2d norm in modules().OfType<BatchNorm2d>())
        {
            init.uniform_(norm.running_mean!, -0.5, 0.5);
            init.uniform_(norm.running_var!, 0.5, 2);
        }
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = _stem.call(input);
        foreach (Block block in _blocks)
            x = block.call(x);
        return _head.call(_pool.call(x).flatten(1)).MoveToOuterDisposeScope();
    }

    internal sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Conv2d _conv1;
        private readonly BatchNorm2d _norm1;
        private readonly Conv2d _conv2;
        private readonly BatchNorm2d _norm2;
        private readonly Module<Tensor, Tensor>? _shortcut;

        public Block(long input, long output, long stride)
            : base(nameof(Block))
        {
            _conv1 = Conv2d(input, output, 3, stride, padding: 1, bias: false);
            _norm1 = BatchNorm2d(output);
            _conv2 = Conv2d(output, output, 3, padding: 1, bias: false);
            _norm2 = BatchNorm2d(output);
            _shortcut = stride == 1 ? null : Sequential(Conv2d(input, output, 1, stride, bias: false), BatchNorm2d(output));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor y = _norm1.call(_conv1.call(input)).relu_();
            y = _norm2.call(_conv2.call(y));
            Tensor identity = _shortcut is null ? input : _shortcut.call(input);
            return functional.relu(y.add_(identity));
        }
    }
}
