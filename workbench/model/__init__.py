"""The values a request passes through, and the pure functions between them.

No I/O, no clock, no terminal, no network: everything here can be called from any front end, any thread and any test.
The order of a request's life: `collection.SavedRequest` → `variables.resolve` → `request.ResolvedRequest` →
`envelope.build` → `envelope.Envelope` → (the network) → `exchange.ServiceResponse` → `assertions` →
`exchange.Exchange`.
"""
