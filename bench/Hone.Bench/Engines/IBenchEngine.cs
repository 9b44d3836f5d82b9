namespace Hone.Bench.Engines;

/// <summary>One engine with one model loaded, ready to run one input again and again.</summary>
internal interface IBenchEngine : IDisposable
{
    /// <summary>Runs once.</summary>
    void Run();

    /// <summary>The first output of the last run, as float32.</summary>
    float[] Output();
}
