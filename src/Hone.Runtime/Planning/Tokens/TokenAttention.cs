namespace Hone.Runtime.Planning.Tokens;

/// <summary>An attention of sequences to themselves in which a mask can only leave out padding.</summary>
/// <param name="Grid">Its tokens.</param>
/// <param name="Inputs">The order of the tokens in queries, keys and values.</param>
/// <param name="Output">The order of the tokens in the output.</param>
/// <param name="Mask">The mask.</param>
internal sealed record TokenAttention(TokenGrid Grid, TokenOrder Inputs, TokenOrder Output, KeyMask Mask);
