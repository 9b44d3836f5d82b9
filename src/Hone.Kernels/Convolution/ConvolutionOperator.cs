namespace Hone.Kernels.Convolution;

/// <summary>A convolution with its packed weights and epilogue. Immutable: any number of threads may run it at once; a run allocates no
/// managed memory.</summary>
public abstract class ConvolutionOperator : IDisposable
{
    private protected ConvolutionOperator(ConvolutionShape shape)
    {
        shape.Validate();
        Shape = shape;
    }

    /// <summary>The attributes.</summary>
    public ConvolutionShape Shape { get; }

    /// <summary>Id of the kernel that does the work, as in the catalogue.</summary>
    public abstract string KernelId { get; }

    /// <summary>Bytes of packed weights.</summary>
    public abstract long PackedBytes { get; }

    /// <summary>Chooses a kernel and packs the weights for input maps of a size, so that the first run does not.</summary>
    /// <param name="height">Input rows.</param>
    /// <param name="width">Input columns.</param>
    public virtual void Prepare(int height, int width)
    {
    }

    /// <summary>Computes one output map. Spatial size and batch may differ from run to run.</summary>
    /// <param name="arguments">Sizes and native memory that stays valid during the run.</param>
    public abstract void Run(in ConvolutionArguments arguments);

    /// <summary>Frees the packed weights; no run may be under way.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the packed weights.</summary>
    /// <param name="disposing">Always true: the memory itself has a finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
