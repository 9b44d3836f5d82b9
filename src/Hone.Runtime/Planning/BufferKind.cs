namespace Hone.Runtime.Planning;

/// <summary>Whose memory a buffer is.</summary>
internal enum BufferKind
{
    /// <summary>A place in the arena of the run.</summary>
    Arena,

    /// <summary>The caller's input tensor; never written.</summary>
    Input,

    /// <summary>The caller's output tensor.</summary>
    Output,

    /// <summary>A constant of the model or of the plan; never written.</summary>
    Constant,
}
