using System.Numerics;
using System.Text;

namespace Hone.Weights.Pickle;

/// <summary>A pickle machine that can build containers and plain values, and what <see cref="IPickleObjects"/> allows; nothing else.</summary>
/// <remarks>
/// Opcodes that make instances (<c>INST</c>, <c>OBJ</c>, <c>NEWOBJ</c>, extension codes) and the text opcodes of protocol 0 do not exist here.
/// Work and memory are linear in the bytes of the pickle, whatever they say: values are shared, never copied, and nothing is walked.
/// Source: Python's <c>pickletools</c>.
/// </remarks>
internal sealed class Unpickler
{
    private const int MaxStack = 1 << 20;

    private static readonly object s_mark = new();

    private readonly PickleStream _stream;
    private readonly IPickleObjects _objects;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<uint, object?> _memo = [];

    private Unpickler(PickleStream stream, IPickleObjects objects)
    {
        _stream = stream;
        _objects = objects;
    }

    /// <summary>Reads one pickle; the stream is left behind it.</summary>
    /// <param name="stream">Need not seek.</param>
    /// <param name="maxBytes">How long the pickle may be.</param>
    /// <param name="objects">What it may name.</param>
    /// <exception cref="WeightFileException">The pickle is damaged, too long, or asks for more than is allowed.</exception>
    internal static object? Read(Stream stream, long maxBytes, IPickleObjects objects)
    {
        try
        {
            return new Unpickler(new PickleStream(stream, maxBytes), objects).Run();
        }
        catch (EndOfStreamException e)
        {
            throw new WeightFileException("The pickle ends before its STOP instruction.", e);
        }
    }

    private object? Run()
    {
        if (_stream.Byte() != (byte)PickleOpcode.Proto || _stream.Byte() is < 2 or > 5)
            throw new WeightFileException("The pickle is not of protocol 2 to 5, which PyTorch writes.");
        while (true)
        {
            byte code = _stream.Byte();
            if (code == (byte)PickleOpcode.Stop)
                return Pop();
            Execute((PickleOpcode)code);
            if (_stack.Count > MaxStack)
                throw new WeightFileException($"The pickle piles up more than {MaxStack} values.");
        }
    }

    private void Execute(PickleOpcode code)
    {
        switch (code)
        {
            case PickleOpcode.Proto: _stream.Byte(); break;
            case PickleOpcode.Frame: _stream.UInt64(); break;
            case PickleOpcode.Mark: _stack.Add(s_mark); break;
            case PickleOpcode.Pop: Drop(); break;
            case PickleOpcode.PopMark: PopToMark(); break;
            case PickleOpcode.Dup: _stack.Add(Peek()); break;
            case PickleOpcode.EmptyTuple: _stack.Add(new PickleTuple([])); break;
            case PickleOpcode.Tuple1: _stack.Add(new PickleTuple(PopMany(1))); break;
            case PickleOpcode.Tuple2: _stack.Add(new PickleTuple(PopMany(2))); break;
            case PickleOpcode.Tuple3: _stack.Add(new PickleTuple(PopMany(3))); break;
            case PickleOpcode.Tuple: _stack.Add(new PickleTuple(PopToMark())); break;
            case PickleOpcode.EmptyList: _stack.Add(new List<object?>()); break;
            case PickleOpcode.List: _stack.Add(new List<object?>(PopToMark())); break;
            case PickleOpcode.Append: Append(PopMany(1)); break;
            case PickleOpcode.Appends: Append(PopToMark()); break;
            case PickleOpcode.EmptyDict: _stack.Add(new PickleDictionary()); break;
            case PickleOpcode.Dict: MakeDictionary(); break;
            case PickleOpcode.SetItem: SetItems(PopMany(2)); break;
            case PickleOpcode.SetItems: SetItems(PopToMark()); break;
            case PickleOpcode.Global: _stack.Add(_objects.Find(new PickleGlobal(_stream.Line(), _stream.Line()))); break;
            case PickleOpcode.StackGlobal: StackGlobal(); break;
            case PickleOpcode.Reduce: Reduce(); break;
            case PickleOpcode.Build: Build(); break;
            case PickleOpcode.BinPersId: _stack.Add(_objects.Load(Pop())); break;
            default: ExecuteValue(code); break;
        }
    }

    private void ExecuteValue(PickleOpcode code)
    {
        switch (code)
        {
            case PickleOpcode.None: _stack.Add(null); break;
            case PickleOpcode.NewTrue: _stack.Add(true); break;
            case PickleOpcode.NewFalse: _stack.Add(false); break;
            case PickleOpcode.BinInt: _stack.Add((long)_stream.Int32()); break;
            case PickleOpcode.BinInt1: _stack.Add((long)_stream.Byte()); break;
            case PickleOpcode.BinInt2: _stack.Add((long)_stream.UInt16()); break;
            case PickleOpcode.Long1: _stack.Add(Integer(_stream.Bytes(_stream.Byte()))); break;
            case PickleOpcode.Long4: _stack.Add(Integer(_stream.Bytes(_stream.UInt32()))); break;
            case PickleOpcode.BinFloat: _stack.Add(_stream.Double()); break;
            case PickleOpcode.BinUnicode: _stack.Add(_stream.Text(_stream.UInt32())); break;
            case PickleOpcode.ShortBinUnicode: _stack.Add(_stream.Text(_stream.Byte())); break;
            case PickleOpcode.BinUnicode8: _stack.Add(_stream.Text(_stream.UInt64())); break;
            case PickleOpcode.BinBytes: _stack.Add(_stream.Bytes(_stream.UInt32())); break;
            case PickleOpcode.ShortBinBytes: _stack.Add(_stream.Bytes(_stream.Byte())); break;
            case PickleOpcode.BinBytes8: _stack.Add(_stream.Bytes(_stream.UInt64())); break;
            // Strings of Python 2.
            case PickleOpcode.BinString: _stack.Add(Encoding.Latin1.GetString(_stream.Bytes(_stream.UInt32()))); break;
            case PickleOpcode.ShortBinString: _stack.Add(Encoding.Latin1.GetString(_stream.Bytes(_stream.Byte()))); break;
            case PickleOpcode.BinGet: _stack.Add(Recall(_stream.Byte())); break;
            case PickleOpcode.LongBinGet: _stack.Add(Recall(_stream.UInt32())); break;
            case PickleOpcode.BinPut: _memo[_stream.Byte()] = Peek(); break;
            case PickleOpcode.LongBinPut: _memo[_stream.UInt32()] = Peek(); break;
            case PickleOpcode.Memoize: _memo[(uint)_memo.Count] = Peek(); break;
            default:
                throw new UnsafePickleException($"opcode 0x{(byte)code:X2}", $"The pickle has the instruction 0x{(byte)code:X2}, which weights do not need; it is refused.");
        }
    }

    private static object Integer(byte[] littleEndian)
    {
        BigInteger value = new(littleEndian);
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    private object? Recall(uint index) =>
        _memo.TryGetValue(index, out object? value) ? value : throw new WeightFileException($"The pickle recalls value {index}, which it has not stored.");

    private object? Peek() => _stack.Count > 0 && _stack[^1] != s_mark ? _stack[^1] : throw new WeightFileException("The pickle takes a value that is not there.");

    private object? Pop()
    {
        object? value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private void Drop()
    {
        if (_stack.Count == 0)
            throw new WeightFileException("The pickle takes a value that is not there.");
        _stack.RemoveAt(_stack.Count - 1);
    }

    private object?[] PopMany(int count)
    {
        object?[] values = new object?[count];
        for (int i = count - 1; i >= 0; i--)
            values[i] = Pop();
        return values;
    }

    private object?[] PopToMark()
    {
        int mark = _stack.LastIndexOf(s_mark);
        if (mark < 0)
            throw new WeightFileException("The pickle closes a group that it has not opened.");
        object?[] values = [.. _stack[(mark + 1)..]];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private void Append(object?[] values)
    {
        if (Peek() is not List<object?> list)
            throw new WeightFileException("The pickle appends to what is no list.");
        list.AddRange(values);
    }

    private void MakeDictionary()
    {
        object?[] pairs = PopToMark();
        _stack.Add(new PickleDictionary());
        SetItems(pairs);
    }

    private void SetItems(object?[] pairs)
    {
        if (Peek() is not PickleDictionary dictionary || pairs.Length % 2 != 0)
            throw new WeightFileException("The pickle sets entries of what is no dictionary, or a key without a value.");
        for (int i = 0; i < pairs.Length; i += 2)
            dictionary.Set(pairs[i], pairs[i + 1]);
    }

    private void StackGlobal()
    {
        if (PopMany(2) is not [string module, string name])
            throw new WeightFileException("The pickle names an object by what is no text.");
        _stack.Add(_objects.Find(new PickleGlobal(module, name)));
    }

    private void Reduce()
    {
        object?[] call = PopMany(2);
        if (call[1] is not PickleTuple arguments)
            throw new WeightFileException("The pickle calls an object with what is no tuple of arguments.");
        _stack.Add(_objects.Call(call[0], arguments.Items));
    }

    private void Build()
    {
        // PyTorch hangs the versions of modules (_metadata) onto the dictionary; nothing else has a state to set.
        Pop();
        if (Peek() is not PickleDictionary)
            throw new WeightFileException("The pickle sets the state of an object that is no dictionary.");
    }
}
