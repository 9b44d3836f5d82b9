using Hone.Bench.Memory;

// As the bench starts it: the engine, the model, the numbers of its only input (float32), the input's shape (1x3x224x224).
return args is [var engine, var model, var input, var shape] ? ColdStart.Run(engine, model, input, shape) : 2;
