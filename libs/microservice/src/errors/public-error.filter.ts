import { Catch, type ExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import { PublicError } from './public-error.js';

/** Lets what is meant for the caller through as it is; Nest would replace it by "Internal server error". */
@Catch(PublicError)
export class PublicErrorFilter implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
