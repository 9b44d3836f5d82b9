using System.Diagnostics;
using System.Runtime.InteropServices;
using Hone;
using Hone.Runtime;
using Hone.Tensors;

// Arguments: the model, the numbers of its only input (float32), the input's shape (1x3x8x8), where the first output goes. Prints the kernels in use; with
// --memory, what the bench asks of a cold start: a line with the first result, and the most memory in use after more runs.
if (args is not [string modelPath, string inputPath, string shape, string outputPath, .. string[] switches])
    return 2;
bool measuresMemory = switches.Contains("--memory");
using CompiledModel compiled = CompiledModel.Compile(Model.Load(modelPath), new CompileOptions { Profiles = !measuresMemory, Threads = measuresMemory ? 1 : 0 });
long[] dimensions = Array.ConvertAll(shape.Split('x'), long.Parse);
using Tensor input = Tensor.FromBytes(DataType.Float32, new TensorShape(dimensions), File.ReadAllBytes(inputPath));
using Session session = compiled.CreateSession(new Dictionary<string, Tensor> { [compiled.Inputs[0].Name] = input });
session.Run();
if (measuresMemory)
{
    Console.WriteLine("result");
    for (int i = 0; i < 20; i++)
        session.Run();
    Console.WriteLine(Process.GetCurrentProcess().PeakWorkingSet64);
    return 0;
}

File.WriteAllBytes(outputPath, MemoryMarshal.AsBytes(session.Outputs[0].AsSpan<float>()));
foreach (string kernel in compiled.Profile()[0].Steps.Select(s => s.KernelId))
    Console.WriteLine(kernel);
return 0;
