import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useToast } from "#lib/toasts";

type Options<Input, Result> = {
  /** First parts of the keys of queries that are read anew, such as `virtual-keys`. */
  readonly invalidates: readonly string[];
  /** What is said when it is done; nothing where the page shows it anyhow. */
  readonly done?: (result: Result, input: Input) => string;
  /** Takes it back: offered with what is said. */
  readonly undo?: (result: Result, input: Input) => Promise<unknown>;
  /** Set where a form shows what went wrong itself. */
  readonly quietErrors?: boolean;
};

/** A change by the API: what it touches is read anew before it counts as done, and an error is said in words. */
export function useChange<Input, Result>(change: (input: Input) => Promise<Result>, options: Options<Input, Result>) {
  const { invalidates, done, undo, quietErrors = false } = options;
  const client = useQueryClient();
  const toast = useToast();
  const readAnew = () => Promise.all(invalidates.map((name) => client.invalidateQueries({ queryKey: [name] })));
  const say = (error: Error) => toast({ text: error.message, tone: "bad" });
  return useMutation<Result, Error, Input>({
    mutationFn: change,
    onSuccess: async (result, input) => {
      await readAnew();
      if (done === undefined) return;
      const takeBack = undo && (() => undo(result, input).then(readAnew).catch(say));
      toast({ text: done(result, input), ...(takeBack !== undefined && { undo: () => void takeBack() }) });
    },
    onError: (error) => {
      if (!quietErrors) say(error);
    },
  });
}
