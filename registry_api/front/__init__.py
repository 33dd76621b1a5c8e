"""The part of a worker process that looks at each request first, on the server's own thread.

```
granian (sockets, HTTP) -> Front -> hot read: answered at once
                             |----> body: received on the event loop, within a deadline and a budget
                             `----> Lane: a few threads that run the WSGI application
```
"""
