using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Distillation;

/// <summary>Learned map from a student's hidden state to the channels of a teacher's: the regressor of FitNets, trained along with the
/// student.</summary>
public sealed class HiddenProjection : nn.Module<Tensor, Tensor>
{
    private readonly Linear? linear;
    private readonly Conv2d? conv;

    /// <summary>Creates a projection.</summary>
    /// <param name="studentChannels">Channels of the student: axis 1 of images, the last axis of everything else.</param>
    /// <param name="teacherChannels">Channels of the teacher.</param>
    /// <param name="isImage">Whether hidden states are <c>[N, channels, height, width]</c>; else the channels come last.</param>
    public HiddenProjection(long studentChannels, long teacherChannels, bool isImage = true)
        : base(nameof(HiddenProjection))
    {
        if (isImage)
            conv = nn.Conv2d(studentChannels, teacherChannels, 1, bias: false);
        else
            linear = nn.Linear(studentChannels, teacherChannels, hasBias: false);
        RegisterComponents();
    }

    /// <summary>Projects a hidden state.</summary>
    public override Tensor forward(Tensor input) => conv?.call(input) ?? linear!.call(input); // one of both is set
}
