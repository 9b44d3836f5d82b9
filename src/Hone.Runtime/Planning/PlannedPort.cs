using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Planning;

/// <summary>A graph input or output of a plan.</summary>
/// <param name="Value">The value.</param>
/// <param name="Shape">Its shape, or null when that depends on data.</param>
/// <param name="DynamicIndex">Number of its tensor in the frame, or -1 for one that lies in memory that was planned.</param>
internal readonly record struct PlannedPort(Value Value, TensorShape? Shape, int DynamicIndex);
