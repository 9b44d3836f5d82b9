using System.Runtime.InteropServices;
using Hone;
using Hone.Runtime;
using Hone.Tensors;

// Arguments: the model, the numbers of its only input (float32), the input's shape (1x3x8x8), where the first output goes. Prints the kernels in use.
if (args is not [string modelPath, string inputPath, string shape, string outputPath])
    return 2;
using CompiledModel compiled = CompiledModel.Compile(Model.Load(modelPath), new CompileOptions { Profiles = true });
long[] dimensions = Array.ConvertAll(shape.Split('x'), long.Parse);
using Tensor input = Tensor.FromBytes(DataType.Float32, new TensorShape(dimensions), File.ReadAllBytes(inputPath));
using Tensor output = compiled.Run(input);
File.WriteAllBytes(outputPath, MemoryMarshal.AsBytes(output.AsSpan<float>()));
foreach (string kernel in compiled.Profile()[0].Steps.Select(s => s.KernelId))
    Console.WriteLine(kernel);
return 0;
