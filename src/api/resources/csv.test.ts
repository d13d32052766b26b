import { expect, test } from "bun:test";
import { csvLine } from "./csv";

test("csvLine() quotes what needs it and leaves numbers alone", () => {
  expect(csvLine(["a", 1, true, undefined, 'say "hi", twice\nor more'])).toBe(
    'a,1,true,,"say ""hi"", twice\nor more"\r\n',
  );
});

test("csvLine() makes text of what a spreadsheet would take for a formula", () => {
  expect(csvLine(["=1+1", "+1", "-1", "@a", "\tx", "a=b", -1, 0.5])).toBe("'=1+1,'+1,'-1,'@a,'\tx,a=b,-1,0.5\r\n");
  expect(csvLine(["\rx", '=HYPERLINK("http://a")'])).toBe(`"'\rx","'=HYPERLINK(""http://a"")"\r\n`);
});
