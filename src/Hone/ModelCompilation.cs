using Hone.Runtime;

namespace Hone;

/// <summary>Makes models ready to run on this machine.</summary>
public static class ModelCompilation
{
    extension(Model model)
    {
        /// <summary>Compiles the model for this CPU: fuses, packs weights, emits machine code, plans memory. The model itself stays portable.</summary>
        /// <param name="options">Null for the defaults: all cores, the best instruction set.</param>
        /// <param name="progress">Told the name of each stage before it begins.</param>
        /// <param name="cancellationToken">Stops between two stages.</param>
        /// <returns>Immutable and thread-safe; dispose it to free the packed weights.</returns>
        public CompiledModel Compile(CompileOptions? options = null, IProgress<string>? progress = null, CancellationToken cancellationToken = default) =>
            CompiledModel.Compile(model, options, progress, cancellationToken);
    }
}
