using System.Runtime.InteropServices;

namespace Hone.Bench.Products;

/// <summary>The products of a case in ggml, the library under llama.cpp: weights Q4_0 in the layout that its CPU backend prefers.</summary>
internal sealed unsafe class GgmlEngine : Engines.IBenchEngine
{
    private const int Q4 = 2, Float32 = 0;

    private readonly nint _base;
    private readonly nint _backend;
    private readonly nint _graph;
    private readonly nint _output;
    private readonly float[] _result;

    /// <summary>Loads the libraries and the weights.</summary>
    /// <param name="folder">With libggml-base.so and libggml-cpu-*.so, as the package @node-llama-cpp/linux-x64 has them.</param>
    /// <param name="case">What to compute.</param>
    /// <param name="input">[rows, depth].</param>
    /// <param name="threads">Number of threads.</param>
    internal GgmlEngine(string folder, ProductCase @case, float[] input, int threads)
    {
        _base = NativeLibrary.Load(Path.Combine(folder, "libggml-base.so"));
        nint loader = NativeLibrary.Load(Directory.EnumerateFiles(folder, "libggml.*so*").First());
        nint registry = ((delegate* unmanaged<byte*, nint>)NativeLibrary.GetExport(loader, "ggml_backend_load"))(Text(Path.Combine(folder, BestLibrary())));
        if (registry == 0)
            throw new InvalidOperationException($"ggml cannot load {BestLibrary()}.");
        nint device = Call(registry, 0, "ggml_backend_reg_dev_get");
        _backend = Call(device, 0, "ggml_backend_dev_init");
        ((delegate* unmanaged<nint, int, void>)Address(registry, "ggml_backend_set_n_threads"))(_backend, threads);
        nint plain = Call(device, 0, "ggml_backend_dev_buffer_type");
        nint* extra = ((delegate* unmanaged<nint, nint*>)Address(registry, "ggml_backend_dev_get_extra_bufts"))(device);
        nint weightsContext = NewContext(), context = NewContext();
        nint x = Tensor(context, Float32, @case.Depth, @case.Rows), y = x;
        List<nint> weights = [];
        for (int i = 0; i < @case.Matrices; i++)
        {
            (int depth, int columns) = @case.Shape(i);
            weights.Add(Tensor(weightsContext, Q4, depth, columns));
            y = ((delegate* unmanaged<nint, nint, nint, nint>)Function("ggml_mul_mat"))(context, weights[i], y);
        }

        _graph = Call(context, 0, "ggml_new_graph");
        ((delegate* unmanaged<nint, nint, void>)Function("ggml_build_forward_expand"))(_graph, y);
        Allocate(weightsContext, extra is null || extra[0] == 0 ? plain : Repacking(extra));
        Allocate(context, plain);
        for (int i = 0; i < weights.Count; i++)
            SetWeights(weights[i], @case, i);
        fixed (float* numbers = input)
            Set(x, numbers, input.Length * sizeof(float));
        (_output, _result) = (y, new float[@case.Rows * @case.Shape(@case.Matrices - 1).Columns]);
    }

    /// <summary>An engine by what the worker is asked for: the folder of the libraries, and the sizes of the case.</summary>
    internal static GgmlEngine Of(string request, float[] input, int threads)
    {
        string[] parts = request.Split('|');
        int[] sizes = Array.ConvertAll(parts[1].Split('x'), int.Parse);
        return new GgmlEngine(parts[0], new ProductCase(sizes[0], sizes[1], sizes[2], input.Length / sizes[1], IsInt8: true), input, threads);
    }

    public void Run()
    {
        if (((delegate* unmanaged<nint, nint, int>)Function("ggml_backend_graph_compute"))(_backend, _graph) != 0)
            throw new InvalidOperationException("ggml could not compute the graph.");
    }

    public float[] Output()
    {
        fixed (float* target = _result)
            ((delegate* unmanaged<nint, void*, nuint, nuint, void>)Function("ggml_backend_tensor_get"))(_output, target, 0, (nuint)(_result.Length * sizeof(float)));
        return _result;
    }

    public void Dispose() => ((delegate* unmanaged<nint, void>)Function("ggml_backend_free"))(_backend);

    private static string BestLibrary() =>
        System.Runtime.Intrinsics.X86.Avx512F.IsSupported ? "libggml-cpu-zen4.so" : "libggml-cpu-haswell.so";

    private nint Repacking(nint* types)
    {
        for (int i = 0; types[i] != 0; i++)
        {
            string? name = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<nint, byte*>)Function("ggml_backend_buft_name"))(types[i]));
            if (name?.Contains("REPACK", StringComparison.OrdinalIgnoreCase) == true)
                return types[i];
        }

        return types[0];
    }

    private void SetWeights(nint tensor, ProductCase @case, int index)
    {
        (int depth, int columns) = @case.Shape(index);
        float[] rows = ProductModel.Rows(@case, index);
        byte[] packed = new byte[(long)columns * depth / 32 * 18];
        fixed (float* source = rows)
        fixed (byte* target = packed)
        {
            ((delegate* unmanaged<int, float*, void*, long, long, long, float*, nuint>)Function("ggml_quantize_chunk"))(Q4, source, target, 0, columns, depth, null);
            Set(tensor, target, packed.Length);
        }
    }

    private void Set(nint tensor, void* data, int bytes) =>
        ((delegate* unmanaged<nint, void*, nuint, nuint, void>)Function("ggml_backend_tensor_set"))(tensor, data, 0, (nuint)bytes);

    private void Allocate(nint context, nint bufferType)
    {
        if (((delegate* unmanaged<nint, nint, nint>)Function("ggml_backend_alloc_ctx_tensors_from_buft"))(context, bufferType) == 0)
            throw new InvalidOperationException("ggml could not allocate its tensors.");
    }

    private nint NewContext() => ((delegate* unmanaged<InitParameters, nint>)Function("ggml_init"))(new InitParameters { Size = 1 << 22, AllocatesNothing = 1 });

    private nint Tensor(nint context, int type, long first, long second) =>
        ((delegate* unmanaged<nint, int, long, long, nint>)Function("ggml_new_tensor_2d"))(context, type, first, second);

    private nint Call(nint argument, nint second, string name) => ((delegate* unmanaged<nint, nint, nint>)Function(name))(argument, second);

    private nint Address(nint registry, string name)
    {
        nint address = ((delegate* unmanaged<nint, byte*, nint>)Function("ggml_backend_reg_get_proc_address"))(registry, Text(name));
        return address != 0 ? address : throw new InvalidOperationException($"ggml's CPU backend has no {name}.");
    }

    private nint Function(string name) => NativeLibrary.GetExport(_base, name);

    private static byte* Text(string text) => (byte*)Marshal.StringToCoTaskMemUTF8(text);

    [StructLayout(LayoutKind.Sequential)]
    private struct InitParameters
    {
        internal nuint Size;
        internal nint Buffer;
        internal byte AllocatesNothing;
    }
}
