using Hone.Graphs;

namespace Hone.Operators.Recurrent;

/// <summary>An activation of a recurrent operator, with its parameters.</summary>
internal readonly record struct Activation(Func<double, double> Function)
{
    /// <summary>The activations of one direction.</summary>
    /// <param name="node">Its attributes <c>activations</c>, <c>activation_alpha</c>, <c>activation_beta</c> list those of all directions in turn.</param>
    /// <param name="defaults">The names where the node lists none.</param>
    /// <param name="direction">Which direction.</param>
    /// <param name="directions">How many directions there are.</param>
    public static Activation[] Of(Node node, string[] defaults, int direction, int directions)
    {
        string[] names = node.Attributes.GetStrings("activations") is { Length: > 0 } given ? given : [.. Enumerable.Repeat(defaults, directions).SelectMany(n => n)];
        if (names.Length != defaults.Length * directions)
            throw node.Error($"activations must name {defaults.Length * directions} functions, got {names.Length}.");
        // Only functions that have a parameter take one from the list.
        Queue<float> alphas = new(node.Attributes.GetFloats("activation_alpha") ?? []);
        Queue<float> betas = new(node.Attributes.GetFloats("activation_beta") ?? []);
        Activation[] all = Array.ConvertAll(names, name => Create(node, name, alphas, betas));
        return all[(direction * defaults.Length)..((direction + 1) * defaults.Length)];
    }

    private static Activation Create(Node node, string name, Queue<float> alphas, Queue<float> betas)
    {
        double Alpha(double defaultValue) => alphas.TryDequeue(out float value) ? value : defaultValue;
        double Beta(double defaultValue) => betas.TryDequeue(out float value) ? value : defaultValue;
        (double alpha, double beta) = name.ToUpperInvariant() switch
        {
            "AFFINE" => (Alpha(1), Beta(0)),
            "LEAKYRELU" => (Alpha(0.01f), 0),
            "THRESHOLDEDRELU" or "ELU" => (Alpha(1), 0),
            "SCALEDTANH" => (Alpha(1), Beta(1)),
            "HARDSIGMOID" => (Alpha(0.2f), Beta(0.5f)),
            _ => (0.0, 0.0),
        };
        return new Activation(name.ToUpperInvariant() switch
        {
            "RELU" => x => Math.Max(x, 0),
            "TANH" => Math.Tanh,
            "SIGMOID" => x => 1 / (1 + Math.Exp(-x)),
            "AFFINE" => x => alpha * x + beta,
            "LEAKYRELU" => x => x >= 0 ? x : alpha * x,
            "THRESHOLDEDRELU" => x => x > alpha ? x : 0,
            "SCALEDTANH" => x => alpha * Math.Tanh(beta * x),
            "HARDSIGMOID" => x => Math.Clamp(alpha * x + beta, 0, 1),
            "ELU" => x => x >= 0 ? x : alpha * (Math.Exp(x) - 1),
            "SOFTSIGN" => x => x / (1 + Math.Abs(x)),
            "SOFTPLUS" => x => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))),
            _ => throw node.Error($"the activation '{name}' is not known."),
        });
    }
}
