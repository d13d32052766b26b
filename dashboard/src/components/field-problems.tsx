import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { ApiProblem } from "#api/problem";
import { ErrorLine } from "./error-state";

type Problems = {
  /** What the API said of the fields of a form, by their paths. */
  readonly fields: ReadonlyMap<string, string>;
  /** The paths whose problems are shown where they belong. */
  readonly told: readonly string[];
  /** Called by whoever shows those of a path; what it returns takes that back. */
  readonly tell: (name: string) => () => void;
};

const noFields: ReadonlyMap<string, string> = new Map();
const ProblemContext = createContext<Problems>({ fields: noFields, told: [], tell: () => () => {} });

/** Shows an error of the API at the fields that it names; `FormError` among its children tells the rest. */
export function FieldProblems({ error, children }: { readonly error: Error | null; readonly children: ReactNode }) {
  const [told, setTold] = useState<readonly string[]>([]);
  const tell = useCallback((name: string) => {
    setTold((before) => [...before, name]);
    return () => setTold((before) => before.toSpliced(before.indexOf(name), 1));
  }, []);
  const fields = error instanceof ApiProblem ? error.fields : noFields;
  const problems = useMemo(() => ({ fields, told, tell }), [fields, told, tell]);
  return <ProblemContext.Provider value={problems}>{children}</ProblemContext.Provider>;
}

/** What is wrong with the field of a path, for the one who shows it there. */
export function useProblemOf(name: string | undefined): string | undefined {
  const { fields, tell } = useContext(ProblemContext);
  useEffect(() => (name === undefined ? undefined : tell(name)), [name, tell]);
  return name === undefined ? undefined : fields.get(name);
}

/** An error below a form: in a word where all of it stands at the fields, as a whole otherwise. */
export function FormError({ error }: { readonly error: Error | null }) {
  const { fields, told } = useContext(ProblemContext);
  const isTold = fields.size > 0 && [...fields.keys()].every((name) => told.includes(name));
  return <ErrorLine error={isTold ? new Error("Nothing is changed yet: see what is marked above.") : error} />;
}
