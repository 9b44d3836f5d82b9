using System.Reflection;

namespace Hone.Torch.Capture;

/// <summary>A call in cloned code that goes through the session.</summary>
/// <param name="Target">The method named by the instruction.</param>
/// <param name="IsVirtual">Whether the run-time type of the receiver decides.</param>
/// <param name="Caller">The method whose body holds the call.</param>
/// <param name="Offset">Place of the call in that body.</param>
internal sealed record CallSite(MethodInfo Target, bool IsVirtual, MethodBase Caller, int Offset);
