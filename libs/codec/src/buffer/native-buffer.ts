/**
 * Methods that every Node Buffer has but that `@types/node` leaves out: the native code behind `toString` and `write`
 * without their checks of encoding names and ranges. All callers stay inside the buffer by their own checks.
 */
export interface NativeBuffer extends Buffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
  utf8Write(text: string, offset: number): number;
}
