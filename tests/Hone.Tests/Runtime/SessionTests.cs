using Hone.Runtime;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

public class SessionTests
{
    [Fact]
    public void Run_AllocatesNothingAfterTheFirst()
    {
        using CompiledModel compiled = CompiledModel.Compile(SmallNetwork.Create(), new CompileOptions { Threads = 1 });
        using Session session = compiled.CreateSession(SmallNetwork.Feeds());
        session.Run();
        session.Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            session.Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Run_ReadsWhatTheInputHoldsNow()
    {
        using CompiledModel compiled = CompiledModel.Compile(SmallNetwork.Create());
        Dictionary<string, Tensor> bound = SmallNetwork.Feeds(1), other = SmallNetwork.Feeds(2);
        using Session session = compiled.CreateSession(bound);
        session.Run();
        using Tensor first = session.Output("y").Clone();
        other["x"].Bytes.CopyTo(bound["x"].Bytes);
        session.Run();
        using Tensor expected = compiled.Run(other)["y"];
        Assert.True(expected.BitwiseEquals(session.Outputs[0]));
        Assert.False(first.BitwiseEquals(session.Outputs[0]));
    }

    [Fact]
    public void UnknownOutput_IsRefused()
    {
        using CompiledModel compiled = CompiledModel.Compile(SmallNetwork.Create());
        using Session session = compiled.CreateSession(SmallNetwork.Feeds());
        Assert.Throws<ShapeMismatchException>(() => session.Output("z"));
    }
}
