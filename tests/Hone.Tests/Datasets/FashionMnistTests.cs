using System.Net;
using System.Security.Cryptography;
using Hone.Datasets;
using Hone.Tensors;

namespace Hone.Tests.Datasets;

public class FashionMnistTests
{
    [Fact]
    public void Embedded_HasImagesAndClasses()
    {
        FashionMnist test = FashionMnistSource.Embedded(FashionMnistPart.Test);
        Assert.Equal(2000, test.Count);
        Assert.Equal(10, test.Labels.Distinct().Count());
        using Tensor images = test.Images(1990, 10);
        Assert.Equal("[10, 1, 28, 28]", images.Shape.ToString());
        // Normalized black is -0.286 / 0.353.
        Assert.Equal(-0.8102f, images.ToSingleArray().Min(), 1e-3f);
    }

    [Fact]
    public void Batches_CoverEverythingOnce()
    {
        FashionMnist data = FashionMnistSource.Embedded(FashionMnistPart.Train).Take(100);
        Assert.Equal([64, 36], data.Batches(64).Select(b => b.Labels.Length));
        Assert.Equal(data.Labels, data.Batches(64).SelectMany(b => b.Labels.ToArray()));
    }

    [Fact]
    public void Debian_WholeSet_IsRead()
    {
        Assert.SkipUnless(Directory.Exists(FashionMnistSource.DebianFolder), "Debian's dataset-fashion-mnist is not installed.");
        FashionMnist test = FashionMnistSource.Load(FashionMnistSource.DebianFolder, FashionMnistPart.Test);
        Assert.Equal(10_000, test.Count);
        Assert.Equal(FashionMnistSource.Embedded(FashionMnistPart.Test).Labels, test.Take(2000).Labels);
    }

    [Fact]
    public void TruncatedFile_IsRefused()
    {
        byte[] images = Idx(3, [2, 28, 28], 2 * 28 * 28);
        Assert.Throws<ModelFormatException>(() => Read(images[..^1], Idx(1, [2], 2)));
        Assert.Throws<ModelFormatException>(() => Read(images[..10], Idx(1, [2], 2)));
        Assert.Throws<ModelFormatException>(() => Read([], Idx(1, [2], 2)));
    }

    [Fact]
    public void HostileSizes_AreRefused_WithoutReservingMemory() =>
        Assert.Contains("more than a data set", Assert.Throws<ModelFormatException>(() => Read(Idx(3, [int.MaxValue, 28, 28], 0), Idx(1, [2], 2))).Message);

    [Fact]
    public void FilesThatDoNotFit_AreRefused()
    {
        Assert.Throws<ModelFormatException>(() => Read(Idx(3, [2, 28, 28], 2 * 28 * 28), Idx(1, [3], 3)));
        Assert.Throws<ModelFormatException>(() => Read(Idx(3, [2, 27, 28], 2 * 27 * 28), Idx(1, [2], 2)));
        byte[] labels = Idx(1, [2], 2);
        labels[^1] = 10;
        Assert.Throws<ModelFormatException>(() => Read(Idx(3, [2, 28, 28], 2 * 28 * 28), labels));
    }

    [Fact]
    public async Task NamedFolder_WithoutFiles_NamesTheMissingOne()
    {
        string folder = Directory.CreateTempSubdirectory("hone-").FullName;
        HoneException error = await Assert.ThrowsAsync<HoneException>(() => FashionMnistSource.FindFolderAsync(folder));
        Assert.Contains("train-images-idx3-ubyte", error.Message);
        Directory.Delete(folder);
    }

    [Fact]
    public async Task Download_ChecksTheSum_AndLeavesNothingBehindOtherwise()
    {
        byte[] content = [1, 2, 3];
        using HttpListener listener = new();
        string address = $"http://127.0.0.1:{Random.Shared.Next(20_000, 60_000)}/";
        listener.Prefixes.Add(address);
        listener.Start();
        Task server = Task.Run(async () =>
        {
            for (int i = 0; i < 2; i++)
            {
                HttpListenerContext context = await listener.GetContextAsync();
                await context.Response.OutputStream.WriteAsync(content);
                context.Response.Close();
            }
        });
        string folder = Directory.CreateTempSubdirectory("hone-").FullName;
        using FashionMnistDownload right = new(new Uri(address), new Dictionary<string, string> { ["a.gz"] = Convert.ToHexStringLower(SHA256.HashData(content)) });
        await right.ToFolderAsync(folder);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(folder, "a.gz")));
        using FashionMnistDownload wrong = new(new Uri(address), new Dictionary<string, string> { ["b.gz"] = "00" });
        Assert.Contains("checksum", (await Assert.ThrowsAsync<HoneException>(() => wrong.ToFolderAsync(folder))).Message);
        Assert.Equal(["a.gz"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
        await server;
        Directory.Delete(folder, recursive: true);
    }

    private static FashionMnist Read(byte[] images, byte[] labels) => FashionMnist.Read(new MemoryStream(images), new MemoryStream(labels));

    private static byte[] Idx(byte rank, int[] sizes, int elements)
    {
        List<byte> bytes = [0, 0, 8, rank];
        foreach (int size in sizes)
            bytes.AddRange([(byte)(size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size]);
        bytes.AddRange(new byte[elements]);
        return [.. bytes];
    }
}
