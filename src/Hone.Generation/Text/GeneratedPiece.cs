namespace Hone.Generation.Text;

/// <summary>What one token adds to a text.</summary>
/// <param name="Token">The token; null for what is left at the end when the text breaks off within a character.</param>
/// <param name="Text">Empty while a character is not yet complete.</param>
public readonly record struct GeneratedPiece(int? Token, string Text);
