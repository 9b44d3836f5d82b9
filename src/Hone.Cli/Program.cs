using Hone.Cli;

return await HoneTool.RunAsync(args, Console.Out, Console.Error);
