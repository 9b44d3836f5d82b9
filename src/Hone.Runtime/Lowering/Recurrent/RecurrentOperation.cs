using Hone.Graphs;
using Hone.Kernels.Cpu;
using Hone.Kernels.Recurrent;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Recurrent;

/// <summary>A recurrent layer of one or two directions; sequence lengths and initial states are run-time values.</summary>
internal sealed unsafe class RecurrentOperation(NodeGroup group, Value source, RecurrentConstants constants, KernelOptions options) : Operation(group)
{
    internal const int Lengths = 4, InitialHidden = 5, InitialCell = 6;

    private RecurrentLayer? _layer;

    internal override long PackedByteCount => _layer?.PackedBytes ?? 0;

    internal override void Prepare()
    {
        float given = Group.Anchor.Attributes.GetFloat("clip", 0), clip = given > 0 ? given : float.PositiveInfinity;
        bool isReverse = Group.Anchor.Attributes.GetString("direction", "forward") == "reverse";
        _layer = constants.Pack(isReverse, clip, options);
    }

    protected override bool TryPlan(PlanBuilder plan)
    {
        Node node = Group.Anchor;
        TensorShape x = plan.ShapeOf(source)!;
        bool isBatchFirst = node.Attributes.GetInt("layout", 0) == 1;
        (int steps, int batch) = isBatchFirst ? (checked((int)x[1]), checked((int)x[0])) : (checked((int)x[0]), checked((int)x[1]));
        Operand input = plan.Input(source, Layout.RowMajor);
        Operand? lengths = Optional(node.Input(Lengths)), firstHidden = Optional(node.Input(InitialHidden));
        Operand? firstCell = constants.Shape.Kind == RecurrentKind.Lstm ? Optional(node.Input(InitialCell)) : null;
        Operand? output = Result(0), lastHidden = Result(1), lastCell = Result(2);
        RecurrentLayer layer = _layer!;
        Operand scratch = plan.Scratch(DataType.UInt8, new TensorShape(layer.ScratchBytes(steps, batch)));
        RecurrentArguments arguments = Strides(steps, batch, isBatchFirst);
        plan.Step(layer.KernelId, frame =>
        {
            RecurrentArguments run = arguments;
            run.Input = (float*)frame[input];
            run.Lengths = (int*)Address(frame, lengths);
            run.InitialHidden = (float*)Address(frame, firstHidden);
            run.InitialCell = (float*)Address(frame, firstCell);
            run.Output = (float*)Address(frame, output);
            run.LastHidden = (float*)Address(frame, lastHidden);
            run.LastCell = (float*)Address(frame, lastCell);
            run.Scratch = frame[scratch];
            run.MaxThreads = frame.MaxThreads;
            CheckLengths(node, run);
            layer.Run(run);
        });
        return true;

        Operand? Optional(Value? value) => value is null ? null : plan.Input(value, Layout.RowMajor);
        Operand? Result(int index) => index < node.Outputs.Count && node.Outputs[index] is { } value ? plan.Output(value, Layout.RowMajor) : null;
    }

    protected override void Release() => _layer?.Dispose();

    private static byte* Address(Frame frame, Operand? operand) => operand is null ? null : frame[operand];

    private static void CheckLengths(Node node, in RecurrentArguments arguments)
    {
        for (int i = 0; i < arguments.Batch && arguments.Lengths is not null; i++)
        {
            if (arguments.Lengths[i] < 0 || arguments.Lengths[i] > arguments.Steps)
                throw new HoneException($"Node '{node.Name}': sequence_lens holds {arguments.Lengths[i]}, the sequences have {arguments.Steps} steps.");
        }
    }

    private RecurrentArguments Strides(int steps, int batch, bool isBatchFirst)
    {
        nint size = constants.Shape.HiddenSize, directions = constants.Directions;
        return new RecurrentArguments
        {
            Steps = steps,
            Batch = batch,
            IsBatchFirst = isBatchFirst,
            OutputStepStride = isBatchFirst ? directions * size : directions * batch * size,
            OutputBatchStride = isBatchFirst ? steps * directions * size : size,
            OutputDirectionStride = isBatchFirst ? size : batch * size,
            StateBatchStride = isBatchFirst ? directions * size : size,
            StateDirectionStride = isBatchFirst ? size : batch * size,
        };
    }
}
