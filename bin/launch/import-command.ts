/** Loads and runs the command in that file of `src/commands`. */
function importCommand(fileName: string): Promise<unknown> {
  return import(`../../src/commands/${fileName}`);
}

export = importCommand;
