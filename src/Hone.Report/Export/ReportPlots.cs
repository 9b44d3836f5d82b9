using System.Text;
using Hone.Report.Comparisons;
using Hone.Report.Measurements;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Hone.Report.Export;

/// <summary>Draws the plots of a report as SVG.</summary>
internal static class ReportPlots
{
    private const double Width = 760;
    private const double RowHeight = 26;

    private static readonly OxyColor s_ink = OxyColor.Parse("#334155");
    private static readonly OxyColor s_grid = OxyColor.Parse("#E2E8F0");
    private static readonly OxyColor s_main = OxyColor.Parse("#2563EB");
    private static readonly OxyColor s_light = OxyColor.Parse("#93C5FD");
    private static readonly OxyColor s_accent = OxyColor.Parse("#D97706");

    /// <summary>Bars of file sizes, or null when there are none.</summary>
    internal static string? FileSizes(ModelReport report)
    {
        VariantMeasurement[] variants = [.. report.Variants.Where(v => v.FileByteCount is not null)];
        return variants.Length == 0 ? null : Bars(
            [.. variants.Select(v => v.Name)], "File size (kB)", "0.#", ("File size", s_main, [.. variants.Select(v => v.FileByteCount!.Value / 1e3)]));
    }

    /// <summary>Bars of the median and the 99th percentile at one batch size.</summary>
    internal static string Latencies(ModelReport report, int batchSize)
    {
        VariantMeasurement[] variants = [.. report.Variants.Where(v => v.LatencyAt(batchSize) is not null)];
        return Bars(
            [.. variants.Select(v => v.Name)],
            $"Latency at batch {batchSize} (ms)",
            "0.000",
            ("p99", s_light, [.. variants.Select(v => v.LatencyAt(batchSize)!.P99Milliseconds)]),
            ("median", s_main, [.. variants.Select(v => v.LatencyAt(batchSize)!.MedianMilliseconds)]));
    }

    /// <summary>Accuracy over latency at one batch size, one labelled point for each variant, or null when no variant has both.</summary>
    internal static string? AccuracyOverLatency(ModelReport report, int batchSize)
    {
        VariantMeasurement[] variants = [.. report.Variants.Where(v => v.Accuracy is not null && v.LatencyAt(batchSize) is not null)];
        if (variants.Length == 0)
            return null;
        PlotModel plot = NewPlot();
        double[] accuracies = [.. variants.Select(v => v.Accuracy!.Accuracy * 100)];
        double slowest = variants.Max(v => v.LatencyAt(batchSize)!.MedianMilliseconds);
        // A tenth of a point is visible, whatever the spread is.
        double margin = Math.Max(0.1, (accuracies.Max() - accuracies.Min()) * 0.3);
        plot.Axes.Add(NewAxis(AxisPosition.Bottom, $"Median latency at batch {batchSize} (ms)", 0, slowest * 1.25));
        plot.Axes.Add(NewAxis(AxisPosition.Left, "Accuracy (%)", accuracies.Min() - margin, Math.Min(accuracies.Max() + margin, 100)));
        foreach (VariantMeasurement variant in variants)
        {
            ScatterSeries series = new() { MarkerType = MarkerType.Circle, MarkerSize = 6, MarkerFill = variant.Name == report.Baseline ? s_accent : s_main };
            DataPoint point = new(variant.LatencyAt(batchSize)!.MedianMilliseconds, variant.Accuracy!.Accuracy * 100);
            series.Points.Add(new ScatterPoint(point.X, point.Y));
            plot.Series.Add(series);
            plot.Annotations.Add(new OxyPlot.Annotations.TextAnnotation
            {
                Text = variant.Name,
                TextPosition = point,
                TextColor = s_ink,
                StrokeThickness = 0,
                TextHorizontalAlignment = HorizontalAlignment.Left,
                TextVerticalAlignment = VerticalAlignment.Bottom,
                Offset = new ScreenVector(6, -2),
            });
        }

        return ToSvg(plot, 360);
    }

    /// <summary>Bars of the signal-to-noise ratio of each layer; layers without error are left out. Null when there are none.</summary>
    internal static string? LayerErrors(VariantMeasurement variant)
    {
        TensorError[] layers = [.. variant.LayerErrors.Where(e => double.IsFinite(e.SqnrDecibels))];
        return layers.Length == 0 ? null : Bars(
            [.. layers.Select(e => Shorten(e.Name))], "Signal to quantization noise (dB)", "0.0", ("SQNR", s_main, [.. layers.Select(e => e.SqnrDecibels)]));
    }

    private static string Bars(string[] categories, string title, string format, params (string Title, OxyColor Color, double[] Values)[] series)
    {
        PlotModel plot = NewPlot();
        // OxyPlot stacks categories upwards; the first variant belongs on top.
        CategoryAxis names = new() { Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0, GapWidth = 0.4, TickStyle = TickStyle.None, TextColor = s_ink };
        names.Labels.AddRange(categories);
        plot.Axes.Add(names);
        double largest = series.SelectMany(s => s.Values).Max();
        plot.Axes.Add(NewAxis(AxisPosition.Bottom, title, Math.Min(0, series.SelectMany(s => s.Values).Min()), largest > 0 ? largest * 1.18 : 1));
        foreach ((string name, OxyColor color, double[] values) in series)
        {
            BarSeries bars = new()
            {
                Title = series.Length > 1 ? name : null,
                FillColor = color,
                StrokeThickness = 0,
                LabelPlacement = LabelPlacement.Outside,
                LabelMargin = 6,
                LabelFormatString = $"{{0:{format}}}",
                TextColor = s_ink,
            };
            bars.Items.AddRange(values.Select(v => new BarItem(v)));
            plot.Series.Add(bars);
        }

        if (series.Length > 1)
            plot.Legends.Add(new Legend { LegendPosition = LegendPosition.BottomRight, LegendTextColor = s_ink, LegendBorderThickness = 0 });
        return ToSvg(plot, 70 + (categories.Length * RowHeight * (series.Length > 1 ? 1.6 : 1)));
    }

    private static PlotModel NewPlot() => new()
    {
        DefaultFont = "Helvetica",
        DefaultFontSize = 12,
        TitlePadding = 0,
        PlotAreaBorderThickness = new OxyThickness(0, 0, 0, 1),
        PlotAreaBorderColor = s_ink,
        TextColor = s_ink,
    };

    private static LinearAxis NewAxis(AxisPosition position, string title, double minimum, double maximum) => new()
    {
        Position = position,
        Title = title,
        Minimum = minimum,
        Maximum = maximum,
        MajorGridlineStyle = LineStyle.Solid,
        MajorGridlineColor = s_grid,
        TickStyle = TickStyle.None,
        TextColor = s_ink,
        TitleColor = s_ink,
    };

    private static string ToSvg(PlotModel plot, double height)
    {
        using MemoryStream stream = new();
        SvgExporter.Export(plot, stream, Width, height, isDocument: false, new ScreenText(Width, height));
        // The view box lets a narrow window scale the plot down.
        string svg = Encoding.UTF8.GetString(stream.ToArray());
        return svg.Replace("<svg ", $"<svg viewBox=\"0 0 {Width} {height}\" ", StringComparison.Ordinal);
    }

    private static string Shorten(string name) => name.Length <= 40 ? name : $"…{name[^39..]}";

    /// <summary>Measures text in pixels of the screen; the base class takes the font size for points of paper.</summary>
    private sealed class ScreenText(double width, double height) : PdfRenderContext(width, height, OxyColors.White)
    {
        private const double PixelsPerPoint = 96 / 72.0;

        public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight) =>
            base.MeasureText(text, fontFamily, fontSize * PixelsPerPoint, fontWeight);
    }
}
