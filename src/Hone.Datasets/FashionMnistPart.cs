namespace Hone.Datasets;

/// <summary>The two parts of the data set.</summary>
public enum FashionMnistPart
{
    /// <summary>60,000 images to train on.</summary>
    Train,

    /// <summary>10,000 images to test on.</summary>
    Test,
}
