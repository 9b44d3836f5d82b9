using System.Text;
using Google.Protobuf;
using Microsoft.ML.Tokenizers;

namespace Hone.Generation.Text;

/// <summary>Reads the vocabularies of llama2.c: an int32 with the longest piece, then for each a float32 score, an int32 length and UTF-8 bytes.</summary>
/// <remarks>They were made from SentencePiece models of the BPE kind, with plain spaces for the mark U+2581, and are turned back into one.</remarks>
public static class Llama2Vocabulary
{
    /// <summary>The token that begins a text.</summary>
    public const int BeginningOfSentence = 1;

    /// <summary>The token that ends a text.</summary>
    public const int EndOfSentence = 2;

    private const int Unknown = 0;

    // Numbers of sentencepiece_model.proto: fields, types of pieces, the kind of model.
    private const int PiecesField = 1, TrainerField = 2, NormalizerField = 3;
    private const int PieceField = 1, ScoreField = 2, TypeField = 3;
    private const int NormalType = 1, UnknownType = 2, ControlType = 3, ByteType = 6;
    private const int ModelTypeField = 3, BytePairEncoding = 2, ByteFallbackField = 35;
    private const int UnknownIdField = 40, BeginIdField = 41, EndIdField = 42;
    private const int AddDummyPrefixField = 3, RemoveExtraSpacesField = 4, EscapeSpacesField = 5;

    /// <summary>Reads a vocabulary file, such as <c>tok512.bin</c>.</summary>
    /// <returns>A tokenizer that puts the beginning of a sentence in front of a text, and falls back to bytes.</returns>
    /// <exception cref="ModelFormatException">The file is no such vocabulary.</exception>
    /// <exception cref="HoneException">The file cannot be read.</exception>
    public static SentencePieceTokenizer Load(string path)
    {
        try
        {
            using MemoryStream model = ToSentencePiece(ReadPieces(path));
            return SentencePieceTokenizer.Create(model, addBeginningOfSentence: true, addEndOfSentence: false);
        }
        catch (Exception e) when (e is EndOfStreamException or DecoderFallbackException or InvalidDataException or ArgumentException)
        {
            throw new ModelFormatException($"'{path}' is not a vocabulary of llama2.c: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HoneException($"Cannot read '{path}': {e.Message}", e);
        }
    }

    private static List<(string Text, float Score)> ReadPieces(string path)
    {
        UTF8Encoding strict = new(false, throwOnInvalidBytes: true);
        using FileStream stream = File.OpenRead(path);
        using BinaryReader reader = new(stream);
        int longest = reader.ReadInt32();
        List<(string, float)> pieces = [];
        while (stream.Position < stream.Length)
        {
            float score = reader.ReadSingle();
            int length = reader.ReadInt32();
            if (length < 0 || length > longest || length > stream.Length - stream.Position)
                throw new InvalidDataException($"piece {pieces.Count} has {length} bytes, the longest is said to have {longest}.");
            pieces.Add((strict.GetString(reader.ReadBytes(length)), score));
        }

        return pieces.Count > EndOfSentence ? pieces : throw new InvalidDataException($"there are only {pieces.Count} pieces.");
    }

    private static MemoryStream ToSentencePiece(List<(string Text, float Score)> pieces)
    {
        MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true))
        {
            for (int id = 0; id < pieces.Count; id++)
            {
                (string text, float score) = pieces[id];
                bool isByte = text is ['<', '0', 'x', _, _, '>'];
                WriteMessage(output, PiecesField, message =>
                {
                    message.WriteTag(PieceField, WireFormat.WireType.LengthDelimited);
                    message.WriteString(id <= EndOfSentence || isByte ? text.Trim() : text.Replace(' ', '\u2581'));
                    message.WriteTag(ScoreField, WireFormat.WireType.Fixed32);
                    message.WriteFloat(score);
                    WriteNumber(message, TypeField, id == Unknown ? UnknownType : id <= EndOfSentence ? ControlType : isByte ? ByteType : NormalType);
                });
            }

            WriteMessage(output, TrainerField, message =>
            {
                WriteNumber(message, ModelTypeField, BytePairEncoding);
                WriteNumber(message, ByteFallbackField, 1);
                WriteNumber(message, UnknownIdField, Unknown);
                WriteNumber(message, BeginIdField, BeginningOfSentence);
                WriteNumber(message, EndIdField, EndOfSentence);
            });
            WriteMessage(output, NormalizerField, message =>
            {
                WriteNumber(message, AddDummyPrefixField, 1);
                WriteNumber(message, RemoveExtraSpacesField, 0);
                WriteNumber(message, EscapeSpacesField, 1);
            });
        }

        stream.Position = 0;
        return stream;
    }

    private static void WriteMessage(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        using MemoryStream content = new();
        using (CodedOutputStream message = new(content, leaveOpen: true))
            write(message);
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content.GetBuffer(), 0, (int)content.Length));
    }

    private static void WriteNumber(CodedOutputStream output, int field, int number)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(number);
    }
}
