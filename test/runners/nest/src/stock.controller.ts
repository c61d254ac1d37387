import { BizStatusError, ThriftMethod, ThriftService } from '@nestjs-thrift/microservice';
import { OutOfStock, type Reservation, StockService } from './gen/stock.js';

const IN_STOCK = 5;

@ThriftService(StockService)
export class StockController {
  @ThriftMethod()
  Reserve({ sku = '', quantity = 0 }: { sku?: string; quantity?: number }): Reservation {
    switch (sku) {
      case 'closed':
        throw new BizStatusError(4001, 'the stock is closed');
      case 'broken':
        throw new Error('a secret of the server');
    }
    if (quantity > IN_STOCK) {
      throw new OutOfStock({ sku, left: IN_STOCK });
    }
    return { id: 9007199254740993n, sku, quantity };
  }
}
