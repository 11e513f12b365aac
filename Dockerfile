# The workflow with its pinned packages. Results stay in the folder `results` of where it is run:
#   docker build -t monotown . && docker run --rm -v "$PWD/results:/monotown/results" monotown
FROM python:3.13-slim

ENV PYTHONHASHSEED=0 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

WORKDIR /monotown

# packages first: a change of the code does not install them again
COPY requirements.lock ./
RUN pip install --quiet --require-hashes -r requirements.lock

COPY pyproject.toml setup.py README.md LICENSE Snakefile environment.yml ./
COPY config config
COPY data data
COPY profiles profiles
COPY src src
COPY workflow workflow
RUN pip install --quiet --no-deps --no-build-isolation -e .

VOLUME /monotown/results
CMD ["snakemake", "--cores", "4"]
