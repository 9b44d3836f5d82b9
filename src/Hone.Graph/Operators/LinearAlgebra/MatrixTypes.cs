using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.LinearAlgebra;

/// <summary>The element types that <c>MatMul</c> and <c>Gemm</c> allow.</summary>
internal static class MatrixTypes
{
    public static void Require(Node node, string input, DataType actual) => node.RequireType(
        input, actual, DataType.Float32, DataType.Float64, DataType.Float16, DataType.BFloat16, DataType.Int32, DataType.Int64, DataType.UInt32, DataType.UInt64);
}
