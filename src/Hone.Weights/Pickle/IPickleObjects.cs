namespace Hone.Weights.Pickle;

/// <summary>Decides what a pickle may name, call and refer to. Everything else is an error.</summary>
internal interface IPickleObjects
{
    /// <summary>What a named object stands for.</summary>
    /// <exception cref="UnsafePickleException">It is not one of the few that are allowed.</exception>
    object Find(PickleGlobal global);

    /// <summary>The result of a call of a named object.</summary>
    /// <exception cref="WeightFileException">The object cannot be called with these arguments.</exception>
    object? Call(object? function, IReadOnlyList<object?> arguments);

    /// <summary>What a persistent id stands for.</summary>
    /// <exception cref="WeightFileException">The id is not one that PyTorch writes.</exception>
    object Load(object? persistentId);
}
