using System.Diagnostics;
using System.Runtime.InteropServices;
using Hone.Bench.Engines;

namespace Hone.Bench.Memory;

/// <summary>The child side: from the start of the process to the first result, said on standard output; then more runs, then the most memory in use.</summary>
internal static class ColdStart
{
    private const int Runs = 20;

    internal static int Run(string engineName, string modelPath, string inputPath, string shape)
    {
        float[] input = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(inputPath)).ToArray();
        long[] dimensions = Array.ConvertAll(shape.Split('x'), long.Parse);
        using IBenchEngine engine = Create(engineName, modelPath, input, dimensions);
        engine.Run();
        Console.Out.WriteLine("result");
        Console.Out.Flush();
        for (int i = 0; i < Runs; i++)
            engine.Run();
        Console.Out.WriteLine(Process.GetCurrentProcess().PeakWorkingSet64);
        return 0;
    }

    private static IBenchEngine Create(string engine, string path, float[] input, long[] shape) => engine == "hone"
        ? new HoneEngine(path, input, shape, new Hone.Runtime.CompileOptions { Threads = 1 })
        : new OnnxRuntimeEngine(path, input, shape, 1);
}
