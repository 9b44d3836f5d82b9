using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>GoogLeNet (Szegedy et al., 2014) with two auxiliary classifiers and torchvision's names.</summary>
public sealed class GoogLeNet : Module<Tensor, (Tensor Logits, Tensor? Auxiliary2, Tensor? Auxiliary1)>
{
    private readonly BasicConv2d conv1;
    private readonly MaxPool2d maxpool1 = MaxPool2d(3, stride: 2, ceil_mode: true);
    private readonly BasicConv2d conv2;
    private readonly BasicConv2d conv3;
    private readonly MaxPool2d maxpool2 = MaxPool2d(3, stride: 2, ceil_mode: true);
    private readonly Inception inception3a;
    private readonly Inception inception3b;
    private readonly MaxPool2d maxpool3 = MaxPool2d(3, stride: 2, ceil_mode: true);
    private readonly Inception inception4a;
    private readonly Inception inception4b;
    private readonly Inception inception4c;
    private readonly Inception inception4d;
    private readonly Inception inception4e;
    private readonly MaxPool2d maxpool4 = MaxPool2d(2, stride: 2, ceil_mode: true);
    private readonly Inception inception5a;
    private readonly Inception inception5b;
    private readonly InceptionAuxiliary aux1;
    private readonly InceptionAuxiliary aux2;
    private readonly AdaptiveAvgPool2d avgpool = AdaptiveAvgPool2d(1);
    private readonly Dropout dropout = Dropout(0.2);
    private readonly Linear fc;
    private readonly bool _alwaysUsesAuxiliaries;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="inChannels">Channels of the image.</param>
    /// <param name="alwaysUsesAuxiliaries">Whether the auxiliary classifiers are computed in evaluation too.</param>
    public GoogLeNet(int classes = 1000, int inChannels = 3, bool alwaysUsesAuxiliaries = false)
        : base(nameof(GoogLeNet))
    {
        _alwaysUsesAuxiliaries = alwaysUsesAuxiliaries;
        conv1 = new BasicConv2d(inChannels, 64, 7, stride: 2, padding: 3);
        conv2 = new BasicConv2d(64, 64, 1);
        conv3 = new BasicConv2d(64, 192, 3, padding: 1);
        inception3a = new Inception(192, 64, 96, 128, 16, 32, 32);
        inception3b = new Inception(256, 128, 128, 192, 32, 96, 64);
        inception4a = new Inception(480, 192, 96, 208, 16, 48, 64);
        inception4b = new Inception(512, 160, 112, 224, 24, 64, 64);
        inception4c = new Inception(512, 128, 128, 256, 24, 64, 64);
        inception4d = new Inception(512, 112, 144, 288, 32, 64, 64);
        inception4e = new Inception(528, 256, 160, 320, 32, 128, 128);
        inception5a = new Inception(832, 256, 160, 320, 32, 128, 128);
        inception5b = new Inception(832, 384, 192, 384, 48, 128, 128);
        aux1 = new InceptionAuxiliary(512, classes);
        aux2 = new InceptionAuxiliary(528, classes);
        fc = Linear(1024, classes);
        RegisterComponents();
    }

    /// <summary>Computes the logits.</summary>
    /// <param name="input"><c>[N, channels, height, width]</c>.</param>
    /// <returns><c>[N, classes]</c>; those of the auxiliary classifiers only while training, unless they are always used.</returns>
    public override (Tensor Logits, Tensor? Auxiliary2, Tensor? Auxiliary1) forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        bool usesAuxiliaries = training || _alwaysUsesAuxiliaries;
        Tensor x = maxpool1.call(conv1.call(input));
        x = maxpool2.call(conv3.call(conv2.call(x)));
        x = maxpool3.call(inception3b.call(inception3a.call(x)));
        x = inception4a.call(x);
        Tensor? auxiliary1 = usesAuxiliaries ? aux1.call(x) : null;
        x = inception4d.call(inception4c.call(inception4b.call(x)));
        Tensor? auxiliary2 = usesAuxiliaries ? aux2.call(x) : null;
        x = maxpool4.call(inception4e.call(x));
        x = inception5b.call(inception5a.call(x));
        x = dropout.call(avgpool.call(x).flatten(1));
        return (fc.call(x).MoveToOuterDisposeScope(), auxiliary2?.MoveToOuterDisposeScope(), auxiliary1?.MoveToOuterDisposeScope());
    }

    private sealed class BasicConv2d : Module<Tensor, Tensor>
    {
        private readonly Conv2d conv;
        private readonly BatchNorm2d bn;

        public BasicConv2d(long inChannels, long outChannels, long kernelSize, long stride = 1, long padding = 0)
            : base(nameof(BasicConv2d))
        {
            conv = Conv2d(inChannels, outChannels, kernelSize, stride: stride, padding: padding, bias: false);
            bn = BatchNorm2d(outChannels, eps: 0.001);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => functional.relu(bn.call(conv.call(input)), inplace: true);
    }

    private sealed class Inception : Module<Tensor, Tensor>
    {
        private readonly BasicConv2d branch1;
        private readonly Sequential branch2;
        private readonly Sequential branch3;
        private readonly Sequential branch4;

        public Inception(long inChannels, long branch1, long reduced2, long branch2, long reduced3, long branch3, long pooled)
            : base(nameof(Inception))
        {
            this.branch1 = new BasicConv2d(inChannels, branch1, 1);
            this.branch2 = Sequential(new BasicConv2d(inChannels, reduced2, 1), new BasicConv2d(reduced2, branch2, 3, padding: 1));
            // The paper has 5 x 5 here; torchvision's weights are of 3 x 3.
            this.branch3 = Sequential(new BasicConv2d(inChannels, reduced3, 1), new BasicConv2d(reduced3, branch3, 3, padding: 1));
            branch4 = Sequential(MaxPool2d(3, stride: 1, padding: 1, ceil_mode: true), new BasicConv2d(inChannels, pooled, 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            cat([branch1.call(input), branch2.call(input), branch3.call(input), branch4.call(input)], dim: 1);
    }

    private sealed class InceptionAuxiliary : Module<Tensor, Tensor>
    {
        private readonly BasicConv2d conv;
        private readonly Linear fc1 = Linear(2048, 1024);
        private readonly Linear fc2;
        private readonly Dropout dropout = Dropout(0.7);

        public InceptionAuxiliary(long inChannels, int classes)
            : base(nameof(InceptionAuxiliary))
        {
            conv = new BasicConv2d(inChannels, 128, 1);
            fc2 = Linear(1024, classes);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = conv.call(functional.adaptive_avg_pool2d(input, 4)).flatten(1);
            return fc2.call(dropout.call(functional.relu(fc1.call(x), inplace: true)));
        }
    }
}
