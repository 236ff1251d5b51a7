# Two stages: the first makes a virtual environment, the second has nothing but Python and it.
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml hatch_build.py README.md LICENSE NOTICE ./
COPY emulator emulator
COPY specs specs
COPY fixtures fixtures
RUN python -m venv /opt/emulator \
 && /opt/emulator/bin/pip install --no-cache-dir --disable-pip-version-check '.[tls]' \
 && /opt/emulator/bin/python -m compileall -q /opt/emulator/lib

FROM python:3.13-slim
COPY --from=build /opt/emulator /opt/emulator
ENV PATH=/opt/emulator/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SPEECH_EMULATOR_HOST=0.0.0.0
VOLUME /scenarios
WORKDIR /scenarios
EXPOSE 4788
# A number, so that a cluster can see that it is not root; any other works as well.
USER 65532:65532
HEALTHCHECK --interval=5s --timeout=5s --start-period=5s --retries=5 CMD ["speech-emulator", "health"]
ENTRYPOINT ["speech-emulator"]
CMD ["serve"]
