using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Text;

/// <summary>The encoder of BERT (Devlin et al., 2018) with Hugging Face's names.</summary>
public sealed class BertEncoder : Module<Tensor, Tensor, (Tensor Hidden, Tensor Pooled)>
{
    private readonly Embeddings embeddings;
    private readonly Stack encoder;
    private readonly Pooler pooler;

    /// <summary>Creates the network with random weights; the defaults are BERT-base.</summary>
    /// <param name="vocabulary">Number of tokens.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="heads">Heads of each attention.</param>
    /// <param name="features">Features of a token.</param>
    /// <param name="hidden">Hidden units of each feed-forward network.</param>
    /// <param name="maxLength">Longest sequence.</param>
    public BertEncoder(int vocabulary = 30_522, int layers = 12, int heads = 12, int features = 768, int hidden = 3072, int maxLength = 512)
        : base(nameof(BertEncoder))
    {
        embeddings = new Embeddings(vocabulary, features, maxLength);
        encoder = new Stack(layers, heads, features, hidden);
        pooler = new Pooler(features);
        RegisterComponents();
    }

    /// <summary>Computes the features of each token, and of the whole.</summary>
    /// <param name="tokens">int64 <c>[N, length]</c>.</param>
    /// <param name="attentionMask"><c>[N, length]</c>, 1 for tokens and 0 for padding.</param>
    /// <returns><c>[N, length, features]</c> and <c>[N, features]</c>.</returns>
    public override (Tensor Hidden, Tensor Pooled) forward(Tensor tokens, Tensor attentionMask)
    {
        using var scope = NewDisposeScope();
        Tensor mask = (1 - attentionMask[.., TensorIndex.None, TensorIndex.None, ..].to(float32)) * -1e9f;
        Tensor x = embeddings.call(tokens);
        foreach (Layer part in encoder.layer)
            x = part.call(x, mask);
        return (x.MoveToOuterDisposeScope(), pooler.call(x).MoveToOuterDisposeScope());
    }

    private sealed class Embeddings : Module<Tensor, Tensor>
    {
        private readonly Embedding word_embeddings;
        private readonly Embedding position_embeddings;
        private readonly Embedding token_type_embeddings;
        private readonly LayerNorm LayerNorm;

        public Embeddings(int vocabulary, int features, int maxLength)
            : base(nameof(Embeddings))
        {
            word_embeddings = Embedding(vocabulary, features, padding_idx: 0);
            position_embeddings = Embedding(maxLength, features);
            token_type_embeddings = Embedding(2, features);
            LayerNorm = nn.LayerNorm(features, eps: 1e-12);
            RegisterComponents();
        }

        public override Tensor forward(Tensor tokens)
        {
            Tensor positions = arange(tokens.shape[1], int64, tokens.device);
            Tensor x = word_embeddings.call(tokens) + position_embeddings.call(positions) + token_type_embeddings.call(zeros_like(tokens));
            return LayerNorm.call(x);
        }
    }

    private sealed class Stack : Module
    {
        public readonly ModuleList<Layer> layer;

        public Stack(int layers, int heads, int features, int hidden)
            : base(nameof(Stack))
        {
            layer = new ModuleList<Layer>([.. Enumerable.Range(0, layers).Select(_ => new Layer(heads, features, hidden))]);
            RegisterComponents();
        }
    }

    private sealed class Layer : Module<Tensor, Tensor, Tensor>
    {
        private readonly Attention attention;
        private readonly Dense intermediate;
        private readonly Output output;

        public Layer(int heads, int features, int hidden)
            : base(nameof(Layer))
        {
            attention = new Attention(heads, features);
            intermediate = new Dense(features, hidden);
            output = new Output(hidden, features);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input, Tensor mask)
        {
            Tensor x = attention.call(input, mask);
            return output.call(functional.gelu(intermediate.call(x)), x);
        }
    }

    private sealed class Attention : Module<Tensor, Tensor, Tensor>
    {
        private readonly SelfAttention self;
        private readonly Output output;

        public Attention(int heads, int features)
            : base(nameof(Attention))
        {
            self = new SelfAttention(heads, features);
            output = new Output(features, features);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input, Tensor mask) => output.call(self.call(input, mask), input);
    }

    private sealed class SelfAttention : Module<Tensor, Tensor, Tensor>
    {
        private readonly Linear query;
        private readonly Linear key;
        private readonly Linear value;
        private readonly int _heads;

        public SelfAttention(int heads, int features)
            : base(nameof(SelfAttention))
        {
            _heads = heads;
            query = Linear(features, features);
            key = Linear(features, features);
            value = Linear(features, features);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input, Tensor mask)
        {
            Tensor q = Split(query.call(input));
            Tensor scores = matmul(q, Split(key.call(input)).transpose(-1, -2)) / Math.Sqrt(q.shape[^1]);
            Tensor weights = functional.softmax(scores + mask, dim: -1);
            return matmul(weights, Split(value.call(input))).transpose(1, 2).flatten(2);
        }

        private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], _heads, -1).transpose(1, 2);
    }

    private sealed class Dense : Module<Tensor, Tensor>
    {
        private readonly Linear dense;

        public Dense(int inFeatures, int outFeatures)
            : base(nameof(Dense))
        {
            dense = Linear(inFeatures, outFeatures);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => dense.call(input);
    }

    private sealed class Output : Module<Tensor, Tensor, Tensor>
    {
        private readonly Linear dense;
        private readonly LayerNorm LayerNorm;
        private readonly Dropout dropout = Dropout(0.1);

        public Output(int inFeatures, int outFeatures)
            : base(nameof(Output))
        {
            dense = Linear(inFeatures, outFeatures);
            LayerNorm = nn.LayerNorm(outFeatures, eps: 1e-12);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input, Tensor residual) => LayerNorm.call(dropout.call(dense.call(input)) + residual);
    }

    private sealed class Pooler : Module<Tensor, Tensor>
    {
        private readonly Linear dense;

        public Pooler(int features)
            : base(nameof(Pooler))
        {
            dense = Linear(features, features);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => dense.call(input.select(1, 0)).tanh();
    }
}
